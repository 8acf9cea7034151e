// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.Greeting;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.NetworkFirmware;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much of the line carries images or answers where the line is the bottleneck, by the board's clock. A host that is
 * too busy to feed the line leaves gaps that are not the protocol's: the median over stretches of images is asserted, and
 * repeated frames are not counted. Images or answers fill whole frames, so that the length of a repeated one is known.
 */
class WireIT {
    private static final int IMAGES = 128;
    /** Images that may be done ahead of their answers: as many as a session has under way at most. */
    private static final int WARM_UP = 64;

    private static final int STRETCH = 16;
    private static final double LEAST_PAYLOAD = 0.98;
    private static final double MOST_OVER_LINE = 1.05;
    /** Of a full frame, at the least: delimiters, header, CRC, payload and one COBS byte; at the most 8 more. */
    private static final int FULL_FRAME_LINE_BYTES = 2067;

    static final String MODEL_HASH = "3c".repeat(32);

    /** Answers each output with the image's first byte four times; wants the numbers of input bytes and outputs. */
    static final String NETWORK = """
            #include "app/network.h"

            #include "port/placement.h"

            #include <string.h>

            #define INPUT_BYTES %dU
            #define OUTPUTS %dU

            const NetworkDescription network_description = {
                .input_bytes = INPUT_BYTES,
                .output_count = OUTPUTS,
                .layer_count = 1,
                .step_count = 1,
                .arena_bytes = INPUT_BYTES,
            };
            IN_ACTIVATION_MEMORY uint8_t network_arena[INPUT_BYTES];

            void network_write_input(const uint8_t *input) { memcpy(network_arena, input, INPUT_BYTES); }
            uint32_t network_layer_of(uint32_t step) { return step; }
            void network_run_step(uint32_t step) { (void)step; }
            void network_read_output(int32_t *output) {
                for (uint32_t i = 0; i < OUTPUTS; ++i) {
                    output[i] = network_arena[i] * 0x01010101;
                }
            }
            """;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    /** What a run left in the host's counters and in the answers. */
    private record Stream(
            List<Long> finishedAtCycles, LinkStatistics before, LinkStatistics after, Greeting greeting) {}

    @ParameterizedTest
    @CsvSource({"4092, 10", "1016, 1016"})
    void shouldFillTheLineWithPayload(int imageBytes, int outputs) throws Exception {
        int answerBytes = 24 + Integer.BYTES * (1 + outputs);
        Stream stream = run(imageBytes, outputs);
        double payloadBytes = (double) IMAGES * Math.max(imageBytes, answerBytes);
        double payload = payloadBytes / freshLineBytes(stream, answerBytes > imageBytes);
        assertTrue(payload >= LEAST_PAYLOAD, "payload " + payload + " of the line's bytes; " + stream.after());
        double wireCycles = Math.max(imageBytes, answerBytes)
                * 10
                / stream.greeting().hello().realBaud()
                * stream.greeting().hello().cpuHz();
        double overLine = medianCyclesPerImage(stream.finishedAtCycles()) / wireCycles;
        assertTrue(overLine <= MOST_OVER_LINE, overLine + " times what the payload alone takes; " + stream.after());
    }

    /** Line bytes in the busier direction, without those of repeated frames. */
    private static long freshLineBytes(Stream stream, boolean answers) {
        LinkStatistics before = stream.before();
        LinkStatistics after = stream.after();
        long bytes = answers ? after.receivedBytes() - before.receivedBytes() : after.sentBytes() - before.sentBytes();
        long repeated = answers ? after.duplicates() - before.duplicates() : after.retransmits() - before.retransmits();
        return bytes - repeated * FULL_FRAME_LINE_BYTES;
    }

    private static double medianCyclesPerImage(List<Long> finishedAtCycles) {
        long[] cycles = IntStream.range(WARM_UP, finishedAtCycles.size() - STRETCH)
                .mapToLong(image -> finishedAtCycles.get(image + STRETCH) - finishedAtCycles.get(image))
                .sorted()
                .toArray();
        return (double) cycles[cycles.length / 2] / STRETCH;
    }

    private Stream run(int imageBytes, int outputs) throws Exception {
        FirmwareBuild build = new FirmwareBuild(new BuildCache(bench.folder().resolve("cache")), line -> {});
        NetworkFirmware firmware = build.network(
                VirtualBoard.PROFILE,
                "wire",
                Map.of("network/wire.c", NETWORK.formatted(imageBytes, outputs)),
                MODEL_HASH);
        VirtualBoard board = bench.board("--fast-flash");
        try (BoardLink link = board.link()) {
            BoardSession session =
                    TestBench.session(link, ExpectedFirmware.network(MODEL_HASH), SessionPatience.STANDARD);
            session.flash(TestBench.flasher(board, FlashPatience.FOR_SILICON), firmware.image(), Progress.SILENT);
            Greeting greeting = session.hello();
            byte[] image = new byte[imageBytes];
            new Random(1).nextBytes(image);
            List<Long> finished = new ArrayList<>();
            LinkStatistics before = session.linkStatistics();
            session.infer(
                    session.network(),
                    IntStream.range(0, IMAGES).mapToObj(number -> image).iterator(),
                    0,
                    (number, answer) -> {
                        assertEquals((image[0] & 0xFF) * 0x01010101, answer.outputs()[0]);
                        finished.add(answer.finishedAtCycles());
                    },
                    Progress.SILENT);
            return new Stream(finished, before, session.linkStatistics(), greeting);
        }
    }
}
