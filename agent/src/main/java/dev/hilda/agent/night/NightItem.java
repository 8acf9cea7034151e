// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.jobs.Job;
import dev.hilda.agent.report.CellState;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.result.LatencyResult;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.store.Baseline;
import dev.hilda.agent.store.JudgedNight;
import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.Store;
import dev.hilda.agent.verdict.Comparison;
import dev.hilda.agent.verdict.JudgedRun;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An item of a plan, what it came to, and its verdict.
 *
 * @param run empty where it has none, or one that this program cannot read
 * @param baseline empty where none was promoted
 * @param comparison where it has both
 */
record NightItem(
        Night.Item planned, Optional<JudgedRun> run, Optional<JudgedRun> baseline, Optional<Comparison> comparison) {
    private static final Set<String> LEADING = Set.of("accuracy", "cycles");
    private static final Set<String> OF_ANSWERS = Set.of("run", "parity");

    /** An item with its run and the run that it is to be held against, from the store. */
    static NightItem of(Store store, Night.Item planned) {
        Optional<JudgedRun> run = planned.job().flatMap(Job::runId).flatMap(id -> run(store, id));
        Optional<JudgedRun> baseline = run.flatMap(found -> store.baselines().of(found.result()))
                .map(Baseline::runId)
                .flatMap(id -> run(store, id));
        return new NightItem(planned, run, baseline, Optional.empty());
    }

    private static Optional<JudgedRun> run(Store store, String id) {
        return store.document(id).flatMap(NightItem::parsed).map(found -> new JudgedRun(found, store.outcomes(id)));
    }

    private static Optional<RunResult> parsed(String document) {
        try {
            return Result.parse(document) instanceof RunResult run ? Optional.of(run) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty(); // Of another version: as good as one that was pruned.
        }
    }

    NightItem judged(Comparison judged) {
        return new NightItem(planned, run, baseline, Optional.of(judged));
    }

    String model() {
        return planned.model();
    }

    String dataSet() {
        return planned.dataSet();
    }

    Optional<String> runId() {
        return run.map(found -> found.result().run().runId());
    }

    Optional<String> baselineRunId() {
        return baseline.map(found -> found.result().run().runId());
    }

    Optional<String> board() {
        return run.map(found -> found.result().run().boardSerial())
                .or(() -> planned.job().flatMap(Job::board))
                .or(planned::wantedBoard);
    }

    int attempts() {
        return planned.job().map(Job::attempts).orElse(0);
    }

    List<MetricVerdict> verdicts() {
        return comparison.map(Comparison::verdicts).orElse(List.of());
    }

    /** Whether it passed, though not at once or not without help. */
    boolean isFlaky() {
        return run.map(found -> found.result().outcome().passed()
                        && (attempts() > 1 || found.result().resumes().isPresent()))
                .orElse(false);
    }

    CellState state() {
        if (run.isEmpty()) {
            return CellState.MISSING;
        }
        if (comparison.isEmpty()) {
            return run.get().result().outcome().passed() ? CellState.NO_BASELINE : CellState.FAULT;
        }
        return leading()
                .map(verdict -> CellState.valueOf(verdict.verdict().name()))
                .orElseGet(this::best);
    }

    private CellState best() {
        return verdicts().stream().anyMatch(verdict -> verdict.verdict() == Verdict.BETTER)
                ? CellState.BETTER
                : CellState.EQUAL;
    }

    /**
     * The gravest verdict. Answers that are not the network's accuse nobody; but a board that is slow does not excuse a network
     * that answers wrongly. Bytes that cannot be compared are nothing.
     */
    private Optional<MetricVerdict> leading() {
        return first(verdict -> verdict.verdict() == Verdict.FAULT && OF_ANSWERS.contains(verdict.metric()))
                .or(() -> first(verdict -> verdict.verdict() == Verdict.WORSE))
                .or(() -> first(verdict -> verdict.verdict() == Verdict.FAULT))
                .or(() -> first(verdict -> verdict.verdict() == Verdict.OPEN))
                .or(() -> first(
                        verdict -> verdict.verdict() == Verdict.NOT_COMPARABLE && LEADING.contains(verdict.metric())))
                .or(() -> first(verdict -> verdict.verdict() == Verdict.UNSHOWN));
    }

    private Optional<MetricVerdict> first(Predicate<MetricVerdict> which) {
        return verdicts().stream().filter(which).findFirst();
    }

    String reason() {
        return switch (state()) {
            case EQUAL, BETTER -> "";
            case NO_BASELINE -> "no run of it was promoted";
            case MISSING ->
                planned.job()
                        .map(job -> job.reason().orElseGet(() -> "its job ended without a result: " + job.state()))
                        .or(planned::reason)
                        .orElse("its job was pruned");
            default ->
                leading()
                        .map(verdict -> verdict.metric() + ": " + verdict.reason())
                        .orElseGet(() -> run.flatMap(
                                        found -> found.result().outcome().failure())
                                .orElse("it did not pass"));
        };
    }

    OptionalDouble accuracy() {
        return run.map(JudgedRun::accuracy).orElseGet(OptionalDouble::empty);
    }

    OptionalLong cycles() {
        return run.flatMap(found -> found.result().latency())
                .map(LatencyResult::cyclesP50)
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    Morning.Cell cell() {
        return new Morning.Cell(
                model(),
                dataSet(),
                board(),
                state(),
                reason(),
                run.map(found -> found.result().run().timing().label()),
                runId(),
                baselineRunId(),
                accuracy(),
                cycles(),
                attempts(),
                verdicts());
    }

    JudgedNight.Item stored() {
        return new JudgedNight.Item(
                planned.position(),
                board(),
                state().label(),
                reason(),
                runId(),
                baselineRunId(),
                accuracy(),
                cycles(),
                attempts(),
                verdicts());
    }

    boolean isOf(NightItem other) {
        return model().equals(other.model()) && dataSet().equals(other.dataSet());
    }

    /** Whether it ran on another board than that one. */
    boolean ranElsewhere(NightItem other) {
        return run.isPresent() && !Objects.equals(board(), other.board());
    }
}
