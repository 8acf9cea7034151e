// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.measure.Classification;
import dev.hilda.agent.measure.CycleDistribution;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.session.Accuracy;
import dev.hilda.agent.session.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Whether the figures of a run meet what was demanded. */
final class DemandCheck {
    private final Demands demands;
    private final List<String> expected = new ArrayList<>();
    private final List<String> actual = new ArrayList<>();
    private FailureKind kind = FailureKind.ACCURACY;

    private DemandCheck(Demands demands) {
        this.demands = demands;
    }

    /**
     * Refuses at once to demand an accuracy where none is measured.
     *
     * @throws BenchFailure of kind {@link FailureKind#DATASET}
     */
    static void requireMeasurable(Demands demands, Metric metric) {
        if (demands.minAccuracy().isPresent() && !metric.needsLabels()) {
            throw BenchFailure.of(FailureKind.DATASET, "measure what --min-accuracy demands")
                    .expected("a data set whose metric is a share: top1, top5, auc or agreement")
                    .actual("metric: " + metric.label())
                    .remedy("name such a data set, or leave out --min-accuracy")
                    .failure();
        }
    }

    /** Why the figures do not do; names every bound that they break. */
    static Optional<BenchFailure> of(Demands demands, RunReport.Answers answers, long clockHz, String board) {
        return new DemandCheck(demands).failure(answers, clockHz, board);
    }

    private Optional<BenchFailure> failure(RunReport.Answers answers, long clockHz, String board) {
        double slowestUs = CycleDistribution.micros((double) answers.inference().maxCycles(), clockHz);
        demands.maxLatencyUs().stream().filter(most -> slowestUs > most).forEach(most -> {
            kind = FailureKind.LATENCY;
            breaks("at most %s µs for an inference", number(most), "%s µs", number(slowestUs));
        });
        OptionalDouble measured = share(answers.accuracy());
        demands.minAccuracy().stream()
                .filter(least -> !(measured.orElse(0) >= least))
                .forEach(least -> {
                    kind = FailureKind.ACCURACY;
                    breaks(
                            answers.accuracy().metric().label() + " of at least %s",
                            number(least),
                            "%s",
                            measured.isPresent() ? number(measured.getAsDouble()) : "none");
                });
        return expected.isEmpty()
                ? Optional.empty()
                : Optional.of(BenchFailure.of(kind, "meet what was demanded")
                        .board(board)
                        .expected(String.join("; ", expected))
                        .actual(String.join("; ", actual))
                        .remedy("see the result; --min-accuracy and --max-latency-us say what is demanded")
                        .failure());
    }

    private void breaks(String demand, String bound, String figure, String value) {
        expected.add(String.format(Locale.ROOT, demand, bound));
        actual.add(String.format(Locale.ROOT, figure, value));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.4f", value);
    }

    private static OptionalDouble share(Accuracy accuracy) {
        Optional<Double> share = accuracy.metric() == Metric.TOP5
                ? accuracy.classification().map(Classification::top5Accuracy)
                : accuracy.classification().map(Classification::top1Accuracy);
        return accuracy.metric() == Metric.AUC
                ? accuracy.auc()
                : share.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }
}
