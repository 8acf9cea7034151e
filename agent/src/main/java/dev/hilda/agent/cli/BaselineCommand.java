// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.store.Baseline;
import dev.hilda.agent.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda baseline}: which runs later ones are held against. */
@Command(
        name = "baseline",
        description = "Says which runs later ones are held against by hilda compare.",
        mixinStandardHelpOptions = true)
public final class BaselineCommand implements Runnable {
    private final BenchStore benchStore;

    @Spec
    private CommandSpec spec;

    public BaselineCommand() {
        this(System.getenv());
    }

    BaselineCommand(Map<String, String> environment) {
        this.benchStore = new BenchStore(environment);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private record Promoted(String runId, Optional<String> before) {}

    private record All(List<Baseline> baselines) {}

    @Command(
            name = "promote",
            description = "Makes a run that passed the baseline of its bench, board profile, model and data set.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda baseline promote 91be04f2")
    int promote(
            @Parameters(paramLabel = "RUN", description = "The run; the beginning of its id will do.") String run,
            @Option(names = "--json", description = "Print one JSON object.") boolean json)
            throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            try (Store store = benchStore.open(spec.commandLine().getErr())) {
                String id = StoredRuns.id(store, run, "promote the run");
                Optional<String> before = store.baselines().promote(id, BoardOptions.thisUser());
                return json
                        ? JsonOutput.of(new Promoted(id, before))
                        : "promoted " + id
                                + before.map(other -> " in the place of " + other)
                                        .orElse("");
            }
        });
    }

    @Command(
            name = "list",
            description = "Lists the baselines.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExample:%n",
            footer = "  hilda baseline list")
    int list(@Option(names = "--json", description = "Print one JSON object.") boolean json)
            throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            try (Store store = benchStore.open(spec.commandLine().getErr())) {
                List<Baseline> baselines = store.baselines().list();
                return json ? JsonOutput.of(new All(baselines)) : table(baselines);
            }
        });
    }

    private static String table(List<Baseline> baselines) {
        if (baselines.isEmpty()) {
            return "no baselines yet: hilda baseline promote RUN";
        }
        TextTable table = new TextTable("run", "time", "model", "bench", "board", "data", "promoted", "by");
        baselines.forEach(each -> table.add(
                StoredRuns.shown(each.runId()),
                each.time().toString(),
                each.subject(),
                each.bench(),
                each.board(),
                StoredRuns.shown(each.dataSha256()),
                each.promotedAt().toString(),
                each.promotedBy()));
        return table.toString();
    }
}
