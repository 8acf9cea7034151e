// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.ProfileException;
import dev.hilda.yaml.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda profile check FILE…}: everything that is wrong with the files, at once. */
@Command(
        name = "check",
        description = "Checks profile files and reports every problem with its line. Exit code 3 if there is any.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda profile check ~/.config/hilda/boards/*.yaml")
final class ProfileCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Profile files.")
    private List<Path> files;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    /**
     * The verdict on one file.
     *
     * @param message empty for a good file
     */
    private record Verdict(String file, boolean good, String message, List<Problem> problems) {}

    @Override
    public Integer call() {
        List<Verdict> verdicts = new ArrayList<>();
        for (Path file : files) {
            verdicts.add(check(file));
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (json) {
            out.println(JsonOutput.of(Map.of("files", verdicts)));
        } else {
            for (Verdict verdict : verdicts) {
                (verdict.good ? out : err).println(verdict.good ? verdict.file + ": good" : verdict.message);
            }
        }
        out.flush();
        err.flush();
        return (verdicts.stream().allMatch(Verdict::good) ? ExitCode.OK : ExitCode.PROFILE).code();
    }

    private static Verdict check(Path file) {
        try {
            ProfileCatalog.loadFile(file);
            return new Verdict(file.toString(), true, "", List.of());
        } catch (ProfileException refused) {
            return new Verdict(file.toString(), false, String.valueOf(refused.getMessage()), refused.problems());
        }
    }
}
