// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.measure.ImageOutcome;
import dev.hilda.agent.store.RunQuery;
import dev.hilda.agent.store.RunSummary;
import dev.hilda.agent.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda runs}: what the store of this bench remembers. */
@Command(
        name = "runs",
        description = "Lists the runs of this bench, the newest first, or shows one.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {"  hilda runs --model ic01 --limit 5", "  hilda runs 7ac221d8 --images > ic01.csv"})
public final class RunsCommand implements Callable<Integer> {
    private static final String IMAGES_HEADING = "image,sha256,label,prediction,correct,matched";

    private final BenchStore benchStore;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RUN",
            description = "Show this run's document; the beginning of its id will do.")
    private Optional<String> run;

    @Option(names = "--images", description = "With RUN: print what each image came to, as CSV.")
    private boolean images;

    @Option(names = "--model", paramLabel = "NAME", description = "List runs of this model only.")
    private Optional<String> model;

    @Option(names = "--serial", paramLabel = "SERIAL", description = "List runs on the board with this ST-Link only.")
    private Optional<String> serial;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "List at most so many; default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    public RunsCommand() {
        this(System.getenv());
    }

    RunsCommand(Map<String, String> environment) {
        this.benchStore = new BenchStore(environment);
    }

    private record Listed(List<RunSummary> runs) {}

    private record Images(String runId, List<ImageOutcome> images) {}

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit: expected a number from 1 on, got " + limit);
        }
        if (images && run.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--images: expected the id of a run beside it");
        }
        return RunOutput.result(spec.commandLine(), json, () -> {
            try (Store store = benchStore.open(spec.commandLine().getErr())) {
                return run.isPresent() ? one(store, run.get()) : list(store);
            }
        });
    }

    private String list(Store store) {
        List<RunSummary> runs = store.runs(new RunQuery(model, serial, limit));
        if (json) {
            return JsonOutput.of(new Listed(runs));
        }
        if (runs.isEmpty()) {
            return "no runs yet";
        }
        TextTable table = new TextTable("run", "time", "model", "board", "", "top-1", "cycles", "timing", "published");
        runs.forEach(each -> table.add(cells(each)));
        return table.toString();
    }

    private static String[] cells(RunSummary run) {
        String published = run.isPublished() ? "yes" : run.benchSequence().isPresent() ? "waits" : "no";
        return new String[] {
            StoredRuns.shown(run.runId()),
            run.time().toString(),
            run.subject(),
            run.board() + " " + run.boardSerial(),
            run.passed() ? "passed" : "failed: " + run.failureKind().orElse("unknown"),
            run.accuracyTop1().isPresent()
                    ? String.format(Locale.ROOT, "%.4f", run.accuracyTop1().getAsDouble())
                    : "",
            run.cyclesP50().isPresent()
                    ? String.format(Locale.ROOT, "%,d", run.cyclesP50().getAsLong())
                    : "",
            run.timing().label(),
            published
        };
    }

    private String one(Store store, String beginning) {
        String id = StoredRuns.id(store, beginning, "show the run");
        if (!images) {
            return store.document(id).orElseThrow();
        }
        List<ImageOutcome> outcomes = store.outcomes(id);
        return json ? JsonOutput.of(new Images(id, outcomes)) : csv(outcomes);
    }

    private static String csv(List<ImageOutcome> outcomes) {
        List<String> lines = new ArrayList<>(List.of(IMAGES_HEADING));
        for (int image = 0; image < outcomes.size(); image++) {
            ImageOutcome outcome = outcomes.get(image);
            lines.add(String.join(
                    ",",
                    String.valueOf(image),
                    outcome.sha256(),
                    text(outcome.label()),
                    text(outcome.prediction()),
                    outcome.correct().map(String::valueOf).orElse(""),
                    String.valueOf(outcome.matched())));
        }
        return String.join("\n", lines);
    }

    private static String text(OptionalInt number) {
        return number.isPresent() ? String.valueOf(number.getAsInt()) : "";
    }
}
