// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.report.MorningFiles;
import dev.hilda.agent.report.MorningJson;
import dev.hilda.agent.report.Sentence;
import dev.hilda.agent.store.CronTime;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.suite.Suite;
import dev.hilda.agent.suite.SuiteReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda suite}: what runs night for night, and what came of it. */
@Command(
        name = "suite",
        description = "Runs many networks on the boards of a bench and tells what got worse.",
        mixinStandardHelpOptions = true,
        subcommands = {SuiteInitCommand.class, SuiteRunCommand.class, SuiteCommand.Report.class})
public final class SuiteCommand implements Runnable {
    private static final int LISTED = 30;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    @Command(
            name = "check",
            description = "Says what is wrong with a suite's file, and starts nothing.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda suite check nightly.yaml")
    int check(@Parameters(paramLabel = "FILE.yaml", description = "The suite.") Path file) {
        Suite suite = SuiteReader.read(file);
        spec.commandLine()
                .getOut()
                .println("nothing is wrong with " + file + ": " + suite.models().size() + " networks, "
                        + suite.schedule().map(CronTime::toString).orElse("without a schedule"));
        return ExitCode.OK.code();
    }

    @Command(
            name = "list",
            description = "Lists the suites of an agent, and when they run next.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda suite list")
    int list(@Mixin AgentOption agent, @Option(names = "--json", description = "Print one JSON object.") boolean json)
            throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            JsonNode answer = agent.client().get("/v1/suites");
            if (json) {
                return answer.toString();
            }
            TextTable table = new TextTable("suite", "schedule", "next");
            answer.path("suites")
                    .forEach(suite -> table.add(
                            suite.path("suite").asText(),
                            suite.path("schedule").asText(""),
                            suite.path("next").asText("")));
            return answer.path("suites").isEmpty()
                    ? "no suites: name them in the agent's configuration, nights.suites"
                    : table.toString();
        });
    }

    @Command(
            name = "nights",
            description = "Lists nights, the newest first.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda suite nights nightly")
    int nights(
            @Parameters(arity = "0..1", paramLabel = "SUITE", description = "Of that suite only.")
                    Optional<String> suite,
            @Mixin AgentOption agent,
            @Option(names = "--json", description = "Print one JSON object.") boolean json)
            throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            JsonNode answer = agent.client()
                    .get("/v1/nights?limit=" + LISTED
                            + suite.map(name -> "&suite=" + name).orElse(""));
            if (json) {
                return answer.toString();
            }
            TextTable table = new TextTable("night", "suite", "planned at", "state", "ended", "outcome");
            answer.path("nights")
                    .forEach(night -> table.add(
                            StoredRuns.shown(night.path("night_id").asText()),
                            night.path("suite").asText(),
                            night.path("planned_at").asText(),
                            night.path("state").asText(),
                            night.path("ended").asText() + " of "
                                    + night.path("planned").asText(),
                            night.path("outcome").asText("")));
            return answer.path("nights").isEmpty() ? "no nights yet" : table.toString();
        });
    }

    /** {@code hilda suite report}. */
    @Command(
            name = "report",
            description = {
                "Writes the pages of a judged night from this bench's store: morning.html, morning.md, junit.xml and others.",
                "Exit code 0: clean; 12: something is worse; 14: something is missing, or the bench is at fault; 15:"
                        + " somebody must decide."
            },
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda suite report nightly -o report")
    static final class Report implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Parameters(
                paramLabel = "NIGHT",
                description = "A suite's name, for its last judged night, or the beginning of a night's id.")
        private String which;

        @Option(names = "-o", required = true, paramLabel = "FOLDER", description = "Where the pages go.")
        private Path folder;

        @Mixin
        private ServedStoreOption place;

        @Option(names = "--json", description = "Print the morning as one JSON object on the last line.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            return RunOutput.finding(spec.commandLine(), json, () -> {
                try (Store store = place.open()) {
                    Morning morning = MorningNews.morning(JudgedNights.require(store, which, spec.commandLine()))
                            .orElseThrow();
                    return found(morning, folder, json);
                }
            });
        }
    }

    /** Writes the pages of a morning, and says what it comes to. */
    static RunOutput.Found found(Morning morning, Path folder, boolean json) {
        try {
            MorningFiles.write(morning, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = json
                ? MorningJson.write(morning)
                : morning.suite() + ": " + Sentence.of(morning) + "\n  pages in " + folder;
        return new RunOutput.Found(text, code(morning));
    }

    static ExitCode code(Morning morning) {
        return switch (morning.outcome()) {
            case CLEAN -> ExitCode.OK;
            case REGRESSED -> ExitCode.REGRESSION;
            case INCOMPLETE -> ExitCode.BENCH_FAULT;
            case OPEN -> ExitCode.OPEN;
        };
    }
}
