// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.result.FlashResult;
import dev.hilda.agent.result.LatencyResult;
import dev.hilda.agent.result.MemoryResult;
import dev.hilda.agent.result.RunResult;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A figure of which less is better, held against a tolerance.
 *
 * @param unit behind the figure
 * @param percent tolerated either way
 * @param dimensions what else has a part in it
 */
record FigureVerdict(
        String metric, String unit, Function<RunResult, Optional<Long>> figure, double percent, Dimensions dimensions) {
    /** Median of an inference. */
    static FigureVerdict cycles(Policy policy) {
        return new FigureVerdict(
                "cycles",
                "cycles",
                run -> run.latency().map(LatencyResult::cyclesP50),
                policy.cyclesPercent(),
                policy.cyclesDimensions());
    }

    /** Of the linked image. */
    static FigureVerdict flash(Policy policy) {
        return bytes("flash", policy, run -> run.flash().map(FlashResult::flashBytes));
    }

    /** Activations and stack at their peaks. */
    static FigureVerdict ram(Policy policy) {
        return bytes("ram", policy, run -> run.memory().map(MemoryResult::ramPeakBytes));
    }

    private static FigureVerdict bytes(String metric, Policy policy, Function<RunResult, Optional<Long>> figure) {
        return new FigureVerdict(metric, "bytes", figure, policy.bytesPercent(), policy.bytesDimensions());
    }

    /** Empty where neither run has the figure. */
    Optional<MetricVerdict> of(RunResult baseline, RunResult candidate, List<Change> changes) {
        Optional<Long> before = figure.apply(baseline);
        Optional<Long> now = figure.apply(candidate);
        if (before.isEmpty() && now.isEmpty()) {
            return Optional.empty();
        }
        if (before.isEmpty() || now.isEmpty()) {
            return Optional.of(
                    MetricVerdict.of(metric, Verdict.NOT_COMPARABLE, "only one of the runs has such a figure"));
        }
        return Optional.of(judged(Figures.of(before.get(), now.get()), changes));
    }

    private MetricVerdict judged(Figures figures, List<Change> changes) {
        List<Change> other = Change.among(changes, dimensions.same());
        if (!other.isEmpty()) {
            return MetricVerdict.of(
                    metric, Verdict.NOT_COMPARABLE, because("not of the same board and clock", other), figures);
        }
        List<Change> suspected = Change.among(changes, dimensions.suspects());
        if (!suspected.isEmpty()) {
            String fields = suspected.stream().map(Change::field).collect(Collectors.joining(", "));
            return MetricVerdict.of(
                    metric, Verdict.OPEN, because("changed by " + fields + ": decide", suspected), figures);
        }
        if (Math.abs(figures.percent()) <= percent) {
            return MetricVerdict.of(metric, Verdict.EQUAL, "within " + plain(percent) + " %", figures);
        }
        return MetricVerdict.of(
                metric,
                figures.change() > 0 ? Verdict.WORSE : Verdict.BETTER,
                String.format(Locale.ROOT, "%+.2f %% %s, more than %s %%", figures.percent(), unit, plain(percent)),
                figures);
    }

    /** A reason with the changes that are behind it. */
    static String because(String reason, List<Change> changes) {
        return changes.isEmpty()
                ? reason
                : reason + " (" + changes.stream().map(Change::toString).collect(Collectors.joining("; ")) + ")";
    }

    /** Without digits that say nothing. */
    static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
