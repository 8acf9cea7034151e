// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.testing.FaultyLink;
import dev.hilda.agent.testing.FaultyLink.Fault;
import dev.hilda.host.firmware.FirmwareBuild;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A noisy line to the virtual board: every image is answered once and rightly. How much time is left of a clean line's is
 * asserted in simulated time by the agent's tests; here less, because a busy host is slow to answer.
 */
class NoiseIT {
    private static final int IMAGE_BYTES = 3072;
    private static final int OUTPUTS = 10;
    private static final int IMAGES = 80;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldLoseNothingInNoise() throws Exception {
        FirmwareBuild build = new FirmwareBuild(TestBench.cache(), line -> {});
        FirmwareImage firmware = build.network(
                        VirtualBoard.PROFILE,
                        "wire",
                        Map.of("network/wire.c", WireIT.NETWORK.formatted(IMAGE_BYTES, OUTPUTS)),
                        WireIT.MODEL_HASH)
                .image();
        VirtualBoard board = bench.board("--fast-flash");
        TestBench.flasher(board, FlashPatience.FOR_SILICON).flash(firmware, Progress.SILENT);
        double clean = cycles(board, firmware, Fault.DROP, Long.MAX_VALUE);
        for (Fault fault : List.of(Fault.DROP_SENT, Fault.CORRUPT_SENT, Fault.DROP, Fault.CORRUPT)) {
            assertKeeps(0.5, clean, board, firmware, fault, 10_000);
            assertKeeps(0.2, clean, board, firmware, fault, 1000);
        }
    }

    private static void assertKeeps(
            double least, double clean, VirtualBoard board, FirmwareImage firmware, Fault fault, long oneIn)
            throws Exception {
        double share = clean / cycles(board, firmware, fault, oneIn);
        String what = String.format(Locale.ROOT, "%s, one in %d: %.2f of a clean line", fault, oneIn, share);
        System.out.println(what);
        assertTrue(share >= least, what);
    }

    /** By the board's clock. */
    private static double cycles(VirtualBoard board, FirmwareImage firmware, Fault fault, long oneIn)
            throws InterruptedException {
        List<Long> finished = new ArrayList<>();
        byte[][] images = new byte[IMAGES][IMAGE_BYTES];
        Random random = new Random(1);
        for (byte[] image : images) {
            random.nextBytes(image);
        }
        try (BoardLink link = new FaultyLink(board.link(), fault, oneIn, 42)) {
            BoardSession session =
                    TestBench.session(link, ExpectedFirmware.network(WireIT.MODEL_HASH), SessionPatience.STANDARD);
            session.flash((image, progress) -> new Flasher.Report(1, 0, Duration.ZERO), firmware, Progress.SILENT);
            session.hello();
            NetworkAnswer network = session.network();
            session.infer(
                    network,
                    IntStream.range(0, IMAGES)
                            .mapToObj(number -> images[number])
                            .iterator(),
                    0,
                    (number, answer) -> {
                        assertEquals(
                                (images[(int) number][0] & 0xFF) * 0x01010101, answer.outputs()[0], "image " + number);
                        assertEquals(finished.size(), number);
                        finished.add(answer.finishedAtCycles());
                    },
                    Progress.SILENT);
            System.out.println(session.linkStatistics());
        }
        assertEquals(IMAGES, finished.size());
        return finished.get(IMAGES - 1) - finished.get(0);
    }
}
