// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.log.RunLog;
import dev.hilda.agent.process.AtExit;
import dev.hilda.agent.process.ChildRecords;
import dev.hilda.agent.process.WorkFolder;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.profile.UserFolders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;

/** What a program owes at its start and its end: it clears away what killed ones left, and leaves nothing itself. */
public final class Housekeeping {
    private Housekeeping() {}

    /**
     * Puts it around the commands of a root, for programs that run one command and end. Help and version need none of it.
     *
     * @param environment names the run-time folder
     */
    public static void install(CommandLine root, Map<String, String> environment) {
        IExecutionStrategy commands = root.getExecutionStrategy();
        root.setExecutionStrategy(parsed -> {
            boolean informs = parsed.asCommandLineList().stream()
                    .anyMatch(command -> command.isUsageHelpRequested() || command.isVersionHelpRequested());
            if (!informs) {
                beginLog(root, parsed, environment);
                begin(root.getErr(), environment);
            }
            return commands.execute(parsed);
        });
    }

    private static void beginLog(CommandLine root, ParseResult parsed, Map<String, String> environment) {
        String arguments =
                parsed.originalArgs().stream().map(BrokerAddress::masked).collect(Collectors.joining(" "));
        new RunLog(
                        root.getCommandName() + " " + arguments,
                        () -> UserFolders.of(environment).state().resolve("log"),
                        FailureReport.isGiven(FailureReport.VERBOSE_OPTION, parsed),
                        text -> root.getErr().println("hilda: " + text))
                .begin();
    }

    private static void begin(PrintWriter err, Map<String, String> environment) {
        ChildRecords records = ChildRecords.of(environment);
        for (long pid : records.endOrphans()) {
            err.println("hilda: ended process " + pid + ", left by a hilda that was killed");
            err.flush();
        }
        WorkFolder.removeLeft(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
        records.useForThisJvm();
        Runtime.getRuntime().addShutdownHook(new Thread(Housekeeping::end, "at-exit"));
    }

    private static void end() {
        AtExit.ofThisJvm().run().ifPresent(Runtime.getRuntime()::halt);
    }
}
