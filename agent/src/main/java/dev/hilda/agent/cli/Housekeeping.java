package dev.hilda.agent.cli;

import dev.hilda.agent.process.AtExit;
import dev.hilda.agent.process.ChildProcess;
import dev.hilda.agent.process.ChildRecords;
import dev.hilda.agent.process.WorkFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;

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
                begin(root.getErr(), environment);
            }
            return commands.execute(parsed);
        });
    }

    private static void begin(PrintWriter err, Map<String, String> environment) {
        ChildRecords records = ChildRecords.of(environment);
        for (long pid : records.endOrphans()) {
            err.println("hilda: ended process " + pid + ", left by a hilda that was killed");
            err.flush();
        }
        WorkFolder.removeLeft(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
        ChildProcess.recordIn(records);
        Runtime.getRuntime().addShutdownHook(new Thread(Housekeeping::end, "at-exit"));
    }

    private static void end() {
        AtExit.ofThisJvm().run().ifPresent(Runtime.getRuntime()::halt);
    }
}
