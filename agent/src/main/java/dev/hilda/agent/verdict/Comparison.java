// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.verdict;

import dev.hilda.agent.result.RunResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run beside its baseline, as {@code comparison-1.schema.json} describes it.
 *
 * @param schema {@link #SCHEMA}
 * @param changes what is not the same of both, besides figures
 */
public record Comparison(
        String schema,
        Side baseline,
        Side candidate,
        Policy policy,
        Conclusion conclusion,
        List<Change> changes,
        List<MetricVerdict> verdicts) {
    public static final String SCHEMA = "hilda/comparison/1";

    /** Which run it is. */
    public record Side(String runId, Instant time, String model, String board, String boardSerial, boolean passed) {
        static Side of(RunResult result) {
            return new Side(
                    result.run().runId(),
                    result.run().time(),
                    result.workload().model(),
                    result.run().board(),
                    result.run().boardSerial(),
                    result.outcome().passed());
        }
    }

    public Comparison {
        changes = List.copyOf(changes);
        verdicts = List.copyOf(verdicts);
    }

    /** Judges a run. */
    public static Comparison of(JudgedRun baseline, JudgedRun candidate, Policy policy) {
        return of(baseline, candidate, policy, true);
    }

    /** @param isSpeaker whether its accuracy is judged, and not another run's in its place */
    static Comparison of(JudgedRun baseline, JudgedRun candidate, Policy policy, boolean isSpeaker) {
        List<Change> changes = Change.between(baseline.result(), candidate.result());
        AccuracyVerdict accuracy = new AccuracyVerdict(baseline, candidate, policy);
        List<MetricVerdict> verdicts = new ArrayList<>();
        unfinished("baseline", baseline).ifPresent(verdicts::add);
        unfinished("candidate", candidate).ifPresent(verdicts::add);
        accuracy.parity().ifPresent(verdicts::add);
        if (isSpeaker) {
            accuracy.accuracy(changes).ifPresent(verdicts::add);
        }
        for (FigureVerdict figure :
                List.of(FigureVerdict.cycles(policy), FigureVerdict.flash(policy), FigureVerdict.ram(policy))) {
            figure.of(baseline.result(), candidate.result(), changes).ifPresent(verdicts::add);
        }
        return new Comparison(
                SCHEMA,
                Side.of(baseline.result()),
                Side.of(candidate.result()),
                policy,
                Conclusion.of(verdicts.stream().map(MetricVerdict::verdict).toList()),
                changes,
                verdicts);
    }

    /** The same with other verdicts, and what they come to. */
    Comparison with(List<MetricVerdict> others) {
        return new Comparison(
                schema,
                baseline,
                candidate,
                policy,
                Conclusion.of(others.stream().map(MetricVerdict::verdict).toList()),
                changes,
                others);
    }

    private static Optional<MetricVerdict> unfinished(String side, JudgedRun run) {
        if (run.result().outcome().complete()) {
            return Optional.empty();
        }
        String kind = run.result().outcome().failureKind().orElse("unknown");
        return Optional.of(MetricVerdict.of(
                "run", Verdict.FAULT, "the " + side + " did not come to its end (" + kind + "): run it again"));
    }
}
