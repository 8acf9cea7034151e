// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.board.Reconnection;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.InferenceListener;
import dev.hilda.agent.session.Resume;
import dev.hilda.agent.session.SessionPatience;
import dev.hilda.agent.testing.TestData;
import dev.hilda.host.bench.TestBench.Outcome;
import dev.hilda.host.firmware.FirmwareBuild;
import dev.hilda.host.firmware.NetworkFirmware;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that are interrupted and go on. */
class ResumeIT {
    private static final int IMAGE_BYTES = 1016;
    private static final int IMAGES = 400;
    private static final SessionPatience PATIENCE = new SessionPatience(Duration.ofSeconds(4), Duration.ofSeconds(4));

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final List<Resume> resumes = new ArrayList<>();
    private long answered;

    /** What happens to the board behind a run's back. */
    private interface Accident {
        void happen() throws Exception;
    }

    @Test
    void shouldGoOnAfterResetBrownOutHangAndReplug() throws Exception {
        FirmwareBuild build = new FirmwareBuild(TestBench.cache(), line -> {});
        NetworkFirmware firmware = build.network(
                VirtualBoard.PROFILE,
                "wire",
                Map.of("network/wire.c", WireIT.NETWORK.formatted(IMAGE_BYTES, 10)),
                WireIT.MODEL_HASH);
        VirtualBoard board = bench.board("--fast-flash");
        Flasher flasher = TestBench.flasher(board, FlashPatience.FOR_SILICON);
        try (Ports ports = new Ports(board, flasher)) {
            BoardSession session = TestBench.session(ports.link, ExpectedFirmware.network(WireIT.MODEL_HASH), PATIENCE);
            session.flash(flasher, firmware.image(), Progress.SILENT);
            session.hello();
            session.allowResume(ports);
            infer(
                    session,
                    Map.of(
                            50L, () -> board.control("reset"),
                            120L, () -> board.fault("brown-out"),
                            190L, () -> board.fault("core-hang"),
                            260L, () -> ports.link.pulled = true,
                            330L, flasher::reset));
        }
        List<String> causes = resumes.stream().map(Resume::cause).toList();
        assertEquals(5, causes.size(), causes.toString());
        assertEquals(List.of("pin", "brown-out", "independent-watchdog", "replug"), causes.subList(0, 4));
        assertTrue(List.of("pin", "software").contains(causes.get(4)), "by the probe: " + causes);
    }

    private void infer(BoardSession session, Map<Long, Accident> accidents) throws Exception {
        byte[][] images = new byte[IMAGES][IMAGE_BYTES];
        Random random = new Random(1);
        for (byte[] image : images) {
            random.nextBytes(image);
        }
        InferenceListener listener = new InferenceListener() {
            @Override
            public void inferred(long image, InferAnswer answer) throws InterruptedException {
                assertEquals(answered++, image);
                assertEquals((images[(int) image][0] & 0xFF) * 0x01010101, answer.outputs()[0], "image " + image);
                try {
                    accidents.getOrDefault(image, () -> {}).happen();
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void resumed(Resume resume) {
                resumes.add(resume);
            }
        };
        session.infer(
                session.network(),
                IntStream.range(0, IMAGES).mapToObj(number -> images[number]).iterator(),
                IMAGES,
                listener,
                Progress.SILENT);
        assertEquals(IMAGES, answered);
    }

    /** A port that may be closed by accident. */
    private static final class Ports implements Reconnection, AutoCloseable {
        private final VirtualBoard board;
        private final Flasher flasher;
        private PulledLink link;

        Ports(VirtualBoard board, Flasher flasher) {
            this.board = board;
            this.flasher = flasher;
            this.link = new PulledLink(board.link());
        }

        @Override
        public BoardLink reopen() {
            link.close();
            link = new PulledLink(board.link());
            return link;
        }

        @Override
        public void reset() throws InterruptedException {
            flasher.reset();
        }

        @Override
        public void close() {
            link.close();
        }
    }

    /** A port that goes away. */
    private static final class PulledLink implements BoardLink {
        private final BoardLink link;
        private boolean pulled;

        PulledLink(BoardLink link) {
            this.link = link;
        }

        private BoardLink plugged() {
            if (pulled) {
                throw BenchFailure.of(FailureKind.LINK, "use the serial port").failure();
            }
            return link;
        }

        @Override
        public boolean isConnected() {
            return !pulled;
        }

        @Override
        public int read(byte[] into, Duration timeout) throws InterruptedException {
            return plugged().read(into, timeout);
        }

        @Override
        public void write(byte[] bytes, Duration timeout) throws InterruptedException {
            plugged().write(bytes, timeout);
        }

        @Override
        public void changeRate(int baud) throws InterruptedException {
            plugged().changeRate(baud);
        }

        @Override
        public String name() {
            return link.name();
        }

        @Override
        public void close() {
            link.close();
        }
    }

    @Test
    void shouldNotBlameTheBoardForAStoppedHost() throws Exception {
        Assumptions.assumeTrue(TestData.isPresent(), TestData.ABSENT);
        bench.board("--fast-flash");
        String bundle = bench.folder().resolve("out.hilda").toString();
        Outcome quantized = bench.hilda(
                "quantize",
                TestData.path("models/kws01_dscnn_int8.tflite").toString(),
                "--board",
                VirtualBoard.PROFILE.name(),
                "-o",
                bundle);
        assertEquals(0, quantized.exitCode(), quantized.errText());
        Process hilda = bench.startHilda(
                Map.of(),
                "run",
                bundle,
                "--on",
                VirtualBoard.PROFILE.name(),
                "--data",
                TestDataSets.keywords(bench.folder()).toString(),
                "--limit",
                "40",
                "--mqtt",
                bench.broker(),
                "--bench",
                "it");
        awaitImages(hilda);
        signal(hilda, "STOP");
        Thread.sleep(12_000);
        signal(hilda, "CONT");
        assertTrue(hilda.waitFor(2, TimeUnit.MINUTES), "hilda goes on");
        Outcome outcome = bench.outcome(hilda);
        assertEquals(0, outcome.exitCode(), outcome.errText());
        JsonNode result = new ObjectMapper().readTree(bench.onlyResult());
        assertEquals(40, result.path("parity_matched").asInt(), result.toString());
        assertTrue(result.path("resumes").asInt() <= 1, result.toString());
        result.path("resume_causes").forEach(cause -> assertEquals("host-pause", cause.asText()));
    }

    private void awaitImages(Process hilda) throws Exception {
        Path err = bench.folder().resolve("err");
        for (int attempt = 0; attempt < 1200 && hilda.isAlive(); attempt++) {
            if (Files.readString(err).contains("images: ")) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no image came back:\n" + Files.readString(err));
    }

    private static void signal(Process process, String name) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                        .start()
                        .waitFor());
    }
}
