// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The result of a self-test; as JSON one flat object, which {@code selftest-result-1.schema.json} describes. One that did
 * not come to its end has what was found until then.
 *
 * @param firmwareSha256 of the firmware's ELF, 64 hexadecimal digits
 * @param board once it had said hello, as the chip
 * @param echo once all bytes had come back, as the counters
 */
public record SelfTestResult(
        RunIdentity run,
        Outcome outcome,
        String firmwareSha256,
        BenchSetup setup,
        Optional<FlashResult> flash,
        Optional<BoardResult> board,
        Optional<Chip> chip,
        Optional<Echo> echo,
        Optional<BoardCounters> counters)
        implements Result {
    /** Value of the field {@code schema}; a change that breaks readers gets the next number. */
    public static final String SCHEMA = "hilda/selftest-result/1";

    /** What stands for the model. */
    public static final String SUBJECT = "selftest";

    private static final String FIRMWARE = "firmware_sha256";

    /**
     * More of what the board said of itself.
     *
     * @param firmwareKind what the firmware can do
     * @param modelHash SHA-256 of its network; all zero without one
     * @param chipIdcode DBGMCU_IDCODE, for example {@code 0x20036450}
     * @param coreClockExpectedHz what the profile says of this revision
     */
    public record Chip(
            String firmwareKind,
            String modelHash,
            String chipIdcode,
            long chipFlashBytes,
            long coreClockExpectedHz,
            long axiClockHz) {}

    /**
     * An echo of many bytes.
     *
     * @param echoSeed of the bytes
     * @param echoHostMs by the host's clock
     * @param echoBoardCycles by the board's core clock
     * @param echoBytesPerSecond each way, by the board's core clock
     * @param coreClockByHostHz cycles that the board counted, by the host's clock; of silicon only
     */
    public record Echo(
            long echoBytes,
            long echoSeed,
            long echoHostMs,
            long echoBoardCycles,
            long echoBytesPerSecond,
            long echoLineBytesSent,
            long echoLineBytesReceived,
            long hostCrcErrors,
            long hostResyncs,
            long hostRetransmits,
            long hostTimeouts,
            OptionalLong coreClockByHostHz,
            OptionalLong coreClockByHostUncertaintyHz,
            OptionalLong coreClockByHostMs) {}

    /** What the board counted from boot to the end of the echo. */
    public record BoardCounters(
            long boardUptimeCycles,
            long boardIdleCycles,
            long boardCrcErrors,
            long boardResyncs,
            long boardRetransmits,
            long boardTimeouts,
            long boardUartOverruns,
            long boardUartFramingErrors,
            long boardUartNoiseErrors,
            long boardDmaErrors,
            long boardReceiveOverflowBytes,
            long boardStackBytes,
            long boardStackPeakBytes) {}

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws JsonProcessingException when it is something else, or lacks a field
     */
    public static SelfTestResult parse(String json) throws JsonProcessingException {
        FlatDocument document = FlatDocument.parse(json, SCHEMA);
        return new SelfTestResult(
                document.part(RunIdentity.class),
                document.part(Outcome.class),
                document.text(FIRMWARE),
                document.part(BenchSetup.class),
                document.optional(FlashResult.class),
                document.optional(BoardResult.class),
                document.optional(Chip.class),
                document.optional(Echo.class),
                document.optional(BoardCounters.class));
    }

    @Override
    public SelfTestResult withRun(RunIdentity other) {
        return new SelfTestResult(other, outcome, firmwareSha256, setup, flash, board, chip, echo, counters);
    }

    @Override
    public String subject() {
        return SUBJECT;
    }

    @Override
    public List<String> remarks() {
        return board.map(BoardResult::remarks).orElse(List.of());
    }

    @Override
    public Optional<LayersResult> layerTimes() {
        return Optional.empty();
    }

    @Override
    public String toJson() {
        FlatDocument document = FlatDocument.of(SCHEMA)
                .add(run)
                .add(outcome)
                .put(FIRMWARE, firmwareSha256)
                .add(setup);
        for (Optional<? extends Record> part : List.of(flash, board, chip, echo, counters)) {
            part.ifPresent(document::add);
        }
        return document.toJson();
    }
}
