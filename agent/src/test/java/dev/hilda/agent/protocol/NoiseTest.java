// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.protocol.NoisyLine.Noise;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What noise costs a stream of images that the line alone holds up: nothing is lost, and throughput is a share of a clean line's. */
class NoiseTest {
    private static final long USB_NANOS = 2_000_000;
    private static final long STEP_NANOS = 100_000;
    private static final int HOST_BUFFER_BYTES = 16 << 10;
    private static final int BOARD_BUFFER_BYTES = 1 << 10;
    private static final int UNDER_WAY = 24;
    private static final int BUSY_BYTES = 400_000;

    /** Requests to a board that answers each at once, until all are answered; in simulated time. */
    private static final class Stream {
        private final HostEndpoint host;
        private final BoardEndpoint board;
        private final NoisyLine toBoard;
        private final NoisyLine toHost;
        private final int requestBytes;
        private final int answerBytes;

        Stream(int baud, NoisyLine toBoard, NoisyLine toHost, int requestBytes, int answerBytes) {
            this.toBoard = toBoard;
            this.toHost = toHost;
            this.requestBytes = requestBytes;
            this.answerBytes = answerBytes;
            this.host = new HostEndpoint(baud, () -> 77);
            this.board = new BoardEndpoint(baud, HostEndpointTest.hello(1), this::answer);
        }

        private Message answer(Message request) {
            assertTrue(Arrays.equals(content(request.tag(), requestBytes), request.body()), "another request");
            return new Message(request.type() | Message.REPLY, request.tag(), content(request.tag(), answerBytes));
        }

        private static byte[] content(int number, int bytes) {
            byte[] content = new byte[bytes];
            new Random(number).nextBytes(content);
            return content;
        }

        /** Returns the time it took. */
        Duration run(int requests, Duration limit) {
            int sent = 0;
            int answered = 0;
            long now = 0;
            host.connect(now);
            while (answered < requests) {
                assertTrue(now < limit.toNanos(), () -> limit + ": " + host.statistics());
                assertTrue(
                        host.state() == HostEndpoint.State.CONNECTING || host.state() == HostEndpoint.State.OPEN,
                        () -> host.state() + ": " + host.statistics());
                while (host.state() == HostEndpoint.State.OPEN && sent < requests && sent < answered + UNDER_WAY) {
                    host.send(Message.infer(sent, content(sent, requestBytes)));
                    sent++;
                }
                host.poll(now);
                board.poll(now);
                while (toBoard.hasRoom() && put(toBoard, host.drain(256, now))) {}
                while (toHost.hasRoom() && put(toHost, board.drain(256, now))) {}
                byte[] up = toHost.carry(now);
                byte[] down = toBoard.carry(now);
                host.receive(up, up.length, now);
                board.receive(down, down.length, now);
                for (Optional<Message> next = host.takeAnswer(); next.isPresent(); next = host.takeAnswer()) {
                    Message answer = next.get();
                    assertEquals(answered, answer.tag());
                    assertTrue(Arrays.equals(content(answered, answerBytes), answer.body()), "another answer");
                    answered++;
                }
                now += STEP_NANOS;
            }
            return Duration.ofNanos(now);
        }

        private static boolean put(NoisyLine line, byte[] bytes) {
            line.put(bytes);
            return bytes.length > 0;
        }
    }

    /**
     * A stream over two lines of that rate, one of them noisy.
     *
     * @param answerBytes of each answer; where they are more than those of a request, the line to the host is the busy one
     */
    private record Load(int baud, int requestBytes, int answerBytes) {
        Duration clean() {
            return run(true, Noise.WRONG, 0);
        }

        Duration run(boolean toBoard, Noise noise, double share) {
            Random random = new Random(42); // The same in every run: what is asserted has little room.
            Stream stream = new Stream(
                    baud,
                    new NoisyLine(baud, HOST_BUFFER_BYTES, USB_NANOS, noise, toBoard ? share : 0, random),
                    new NoisyLine(baud, BOARD_BUFFER_BYTES, USB_NANOS, noise, toBoard ? 0 : share, random),
                    requestBytes,
                    answerBytes);
            return stream.run(BUSY_BYTES / Math.max(requestBytes, answerBytes), Duration.ofMinutes(40));
        }
    }

    @ParameterizedTest
    @CsvSource({"921600, 3072, 136", "921600, 640, 2608"})
    void shouldLoseNothingAndLittleTimeInNoise(int baud, int requestBytes, int answerBytes) {
        requireShares(new Load(baud, requestBytes, answerBytes));
    }

    @Tag("full")
    @ParameterizedTest
    @CsvSource({"115200, 3072, 136", "115200, 640, 2608", "2000000, 640, 2608"})
    void shouldLoseNothingAndLittleTimeInNoiseAtOtherRates(int baud, int requestBytes, int answerBytes) {
        requireShares(new Load(baud, requestBytes, answerBytes));
    }

    private static void requireShares(Load load) {
        Duration clean = load.clean();
        for (boolean toBoard : new boolean[] {true, false}) {
            for (Noise noise : Noise.values()) {
                requireShare(0.85, load, clean, toBoard, noise, 1e-4);
                requireShare(0.35, load, clean, toBoard, noise, 1e-3);
            }
        }
    }

    private static void requireShare(
            double least, Load load, Duration clean, boolean toBoard, Noise noise, double share) {
        double kept = (double) clean.toNanos() / load.run(toBoard, noise, share).toNanos();
        String what = String.format(
                Locale.ROOT, "%s, %g %s to %s: %.2f", load, share, noise, toBoard ? "board" : "host", kept);
        System.out.println(what);
        assertTrue(kept >= least, what);
    }
}
