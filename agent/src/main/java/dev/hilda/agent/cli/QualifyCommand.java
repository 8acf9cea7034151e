// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.night.Qualification;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.report.MorningJson;
import dev.hilda.agent.report.Sentence;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.verdict.Figures;
import dev.hilda.agent.verdict.MetricVerdict;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hilda qualify}: old and new side by side, and whether the new becomes what is compared with. */
@Command(
        name = "qualify",
        description = {
            "Shows the runs of a night beside their baselines; --promote makes them the baselines, all in one step.",
            "Exit code 0: clean, or promoted; 12: something is worse; 14: something is missing, or the bench is at fault; 15:"
                    + " somebody must decide."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda suite run candidate.yaml",
            "  hilda qualify --candidate candidate",
            "  hilda qualify --candidate candidate --promote"
        })
public final class QualifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--candidate",
            required = true,
            paramLabel = "NIGHT",
            description = "A suite's name, for its last judged night, or the beginning of a night's id.")
    private String candidate;

    @Option(names = "--promote", description = "Make its runs the baselines, unless something stands against it.")
    private boolean promotes;

    @Option(names = "--accept-regressions", description = "What is worse does not stand against it.")
    private boolean acceptsRegressions;

    @Mixin
    private ServedStoreOption place;

    @Option(names = "--json", description = "Print the morning as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.finding(spec.commandLine(), json, () -> {
            try (Store store = place.open()) {
                Morning morning = MorningNews.morning(JudgedNights.require(store, candidate, spec.commandLine()))
                        .orElseThrow();
                if (!promotes) {
                    return new RunOutput.Found(text(morning), SuiteCommand.code(morning));
                }
                promote(store, morning);
                return new RunOutput.Found(text(morning), ExitCode.OK);
            }
        });
    }

    private void promote(Store store, Morning morning) {
        Qualification qualification = new Qualification(morning);
        List<String> objections = qualification.objections(acceptsRegressions);
        if (!objections.isEmpty()) {
            throw BenchFailure.of(FailureKind.STORE, "promote the night " + morning.nightId())
                    .expected("a night of which everything ran, in parity, and nothing is worse")
                    .actual(String.join("\n", objections))
                    .remedy(
                            "run it again when that is mended; --accept-regressions takes what is worse; nothing was changed")
                    .failure();
        }
        store.baselines().promoteAll(qualification.runIds(), BoardOptions.thisUser(), "night " + morning.nightId());
    }

    private String text(Morning morning) {
        if (json) {
            return MorningJson.write(morning);
        }
        TextTable table = new TextTable("model", "data set", "board", "verdict", "accuracy", "cycles", "flash", "RAM");
        for (Morning.Cell cell : morning.grid()) {
            table.add(
                    cell.model(),
                    cell.dataSet(),
                    cell.boardSerial().orElse("any"),
                    cell.state().label(),
                    change(cell, "accuracy", 100, "%.2f > %.2f %%"),
                    change(cell, "cycles", 1, "%,.0f > %,.0f"),
                    change(cell, "flash", 1, "%,.0f > %,.0f"),
                    change(cell, "ram", 1, "%,.0f > %,.0f"));
        }
        return table + "\n" + Sentence.of(morning) + (promotes ? "\nits runs are the baselines now" : "");
    }

    private static String change(Morning.Cell cell, String metric, double scale, String format) {
        Optional<Figures> figures = cell.verdicts().stream()
                .filter(verdict -> verdict.metric().equals(metric))
                .findFirst()
                .flatMap(MetricVerdict::figures);
        return figures.map(
                        each -> String.format(Locale.ROOT, format, scale * each.baseline(), scale * each.candidate()))
                .orElse("");
    }
}
