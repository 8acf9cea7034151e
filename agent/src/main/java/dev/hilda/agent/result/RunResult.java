// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of a network's run; as JSON one flat object, which {@code run-result-1.schema.json} describes. A run that
 * did not come to its end has what was found until then.
 *
 * @param demands that the figures had to meet
 * @param fusion where layers take turns
 * @param flash once the firmware was written
 * @param board once it had said hello
 * @param accuracy once an image was answered, as latency, layers and wire
 * @param estimate from a virtual board that counted the inferences
 * @param picture where there was one input, and it was a picture
 * @param reference where outputs of another framework were given
 * @param memory once the board was asked at the end, as the counters
 * @param resumes where it was interrupted and went on
 * @param clock of measured timing
 */
public record RunResult(
        RunIdentity run,
        Outcome outcome,
        Workload workload,
        Demands demands,
        NetworkOrigin origin,
        BenchSetup setup,
        Optional<FusionResult> fusion,
        Optional<FlashResult> flash,
        Optional<BoardResult> board,
        Optional<AccuracyResult> accuracy,
        Optional<PictureResult> picture,
        Optional<ReferenceResult> reference,
        Optional<LatencyResult> latency,
        Optional<LayerTimes> layers,
        Optional<EstimateResult> estimate,
        Optional<WireResult> wire,
        Optional<MemoryResult> memory,
        Optional<LinkCounters> counters,
        Optional<ResumeResult> resumes,
        Optional<ClockResult> clock)
        implements Result {
    /** Value of the field {@code schema}; a change that breaks readers gets the next number. */
    public static final String SCHEMA = "hilda/run-result/1";

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws JsonProcessingException when it is something else, or lacks a field
     */
    public static RunResult parse(String json) throws JsonProcessingException {
        FlatDocument document = FlatDocument.parse(json, SCHEMA);
        return new RunResult(
                document.part(RunIdentity.class),
                document.part(Outcome.class),
                document.part(Workload.class),
                document.part(Demands.class),
                document.part(NetworkOrigin.class),
                document.part(BenchSetup.class),
                document.optional(FusionResult.class),
                document.optional(FlashResult.class),
                document.optional(BoardResult.class),
                document.optional(AccuracyResult.class),
                document.optional(PictureResult.class),
                document.optional(ReferenceResult.class),
                document.optional(LatencyResult.class),
                document.optional(LayerTimes.class),
                document.optional(EstimateResult.class),
                document.optional(WireResult.class),
                document.optional(MemoryResult.class),
                document.optional(LinkCounters.class),
                document.optional(ResumeResult.class),
                document.optional(ClockResult.class));
    }

    @Override
    public RunResult withRun(RunIdentity other) {
        return new RunResult(
                other, outcome, workload, demands, origin, setup, fusion, flash, board, accuracy, picture, reference,
                latency, layers, estimate, wire, memory, counters, resumes, clock);
    }

    /** One picture, an array or pseudo-random inputs are no measurement that replaces a data set's. */
    @Override
    public String subject() {
        if (picture.isPresent()) {
            return workload.model() + ".picture";
        }
        if (workload.inputArrays().isPresent()) {
            return workload.model() + ".invoke";
        }
        return workload.model() + (workload.inputSeed().isPresent() ? ".seeded" : "");
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>(board.map(BoardResult::remarks).orElse(List.of()));
        accuracy.flatMap(AccuracyResult::remark).ifPresent(remarks::add);
        resumes.map(ResumeResult::remark).ifPresent(remarks::add);
        return remarks;
    }

    @Override
    public Optional<LayersResult> layerTimes() {
        return layers.map(times -> new LayersResult(
                run,
                workload.model(),
                workload.modelHash(),
                accuracy.map(AccuracyResult::images).orElse(0L),
                board.map(BoardResult::coreClockHz).orElse(0L),
                times.layers()));
    }

    @Override
    public String toJson() {
        FlatDocument document = FlatDocument.of(SCHEMA);
        for (Record part : List.of(run, outcome, workload, demands, origin, setup)) {
            document.add(part);
        }
        for (Optional<? extends Record> part : List.of(
                fusion, flash, board, accuracy, picture, reference, latency, layers, estimate, wire, memory, counters,
                resumes, clock)) {
            part.ifPresent(document::add);
        }
        return document.toJson();
    }
}
