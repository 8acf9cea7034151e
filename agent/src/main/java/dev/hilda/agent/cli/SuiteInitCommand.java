// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.session.DataSetFit;
import dev.hilda.agent.suite.SuiteReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda suite init}: the file of a first suite. */
@Command(
        name = "init",
        description = "Writes the file of a suite that runs bundles on a data set every night.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda suite init ic01.hilda --data cifar10-test.yaml -o nightly.yaml",
            "  hilda agent --suite nightly.yaml"
        })
final class SuiteInitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "BUNDLE.hilda", description = "What is run.")
    private List<Path> bundles = List.of();

    @Option(names = "--data", required = true, paramLabel = "SET.yaml", description = "What it is run on.")
    private Path data;

    @Option(
            names = "--schedule",
            paramLabel = "CRON",
            defaultValue = "0 2 * * *",
            description = "Minute, hour, day, month and weekday; default: ${DEFAULT-VALUE}, at two each night.")
    private String schedule;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "nightly", description = "Default: nightly.")
    private String name;

    @Option(names = "-o", required = true, paramLabel = "FILE.yaml", description = "Must not be there yet.")
    private Path output;

    @Override
    public Integer call() {
        DataSet set = DataSets.open(data);
        for (Path file : bundles) {
            Bundle bundle = Bundle.read(file);
            DataSetFit.require(set, InputSlot.of(bundle.network()), NetworkOutput.of(bundle.network()));
        }
        write(text());
        SuiteReader.read(output);
        spec.commandLine()
                .getOut()
                .println("wrote " + output + "\n  hilda agent --suite " + output + "   runs it on the boards here");
        return ExitCode.OK.code();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append("# hilda suite check says what is wrong with this file; agent/docs/suites.md lists the keys.\n");
        text.append("suite: ").append(quoted(name)).append('\n');
        text.append("schedule: ").append(quoted(schedule)).append("   # minute hour day month weekday\n");
        text.append("deadline_minutes: 240       # what has not begun by then is missing\n");
        text.append("boards: any                 # any, each, or how many; or board: SERIAL of one\n");
        text.append("models:\n");
        for (Path bundle : bundles) {
            text.append("  - file: ").append(quoted(path(bundle))).append('\n');
            text.append("    data: ").append(quoted(path(data))).append('\n');
        }
        return text.toString();
    }

    private String path(Path file) {
        Path folder = Optional.ofNullable(output.toAbsolutePath().normalize().getParent())
                .orElse(Path.of("/"));
        return folder.relativize(file.toAbsolutePath().normalize()).toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private void write(String text) {
        try {
            Files.write(output, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw unwritten("one that is there already; nothing was changed");
        } catch (IOException e) {
            throw unwritten(e.toString());
        }
    }

    private BenchFailure unwritten(String actual) {
        return BenchFailure.of(FailureKind.CONFIGURATION, "write the suite " + output)
                .expected("a new file in a folder that this user may write")
                .actual(actual)
                .remedy("name another with -o")
                .failure();
    }
}
