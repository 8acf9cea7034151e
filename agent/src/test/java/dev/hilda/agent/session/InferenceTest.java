// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.FaultyLink;
import dev.hilda.agent.testing.FaultyLink.Fault;
import dev.hilda.agent.testing.Hellos;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceTest {
    private static final BoardProfile PROFILE =
            new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");
    private static final SessionPatience SHORT = new SessionPatience(Duration.ofMillis(600), Duration.ofMillis(600));
    private static final SessionPatience LONG = new SessionPatience(Duration.ofSeconds(5), Duration.ofSeconds(5));
    private static final FirmwareImage IMAGE =
            new FirmwareImage("fake.elf", Bytes.of(new byte[] {1}), List.of(), 0x08000001);
    private static final Flasher FLASHER = (image, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5));
    private static final String MODEL_HASH = "ab".repeat(32);
    private static final long SEED = 20_240_607;

    private final List<SessionState> states = new ArrayList<>();
    private final List<Integer> sums = new ArrayList<>();
    private int taken;
    private int mostAhead;

    /** Two outputs: the sum of the image's bytes, and its first byte. */
    private static FakeNetwork network(int inputBytes) {
        return new FakeNetwork(
                new NetworkAnswer(inputBytes, 2, 3, 1000, 900),
                image -> {
                    int sum = IntStream.range(0, image.length)
                            .map(index -> image[index])
                            .sum();
                    return new int[] {sum, image[0]};
                },
                100,
                200,
                300);
    }

    private static Hello hello() {
        return Hellos.with(Hellos.with(FakeBoard.defaultHello(), "firmwareKind", "NETWORK"), "modelHash", MODEL_HASH);
    }

    private BoardSession session(BoardLink link, SessionPatience patience, String modelHash)
            throws InterruptedException {
        BoardSession session = new BoardSession(
                PROFILE,
                ExpectedFirmware.network(modelHash),
                "fake",
                link,
                new Random(42)::nextInt,
                Clock.SYSTEM,
                patience,
                states::add);
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        session.hello();
        return session;
    }

    private BoardSession session(FakeNetwork network) throws InterruptedException {
        return session(FakeBoard.withNetwork(hello(), network).link(), LONG, MODEL_HASH);
    }

    /** Images that are made only when asked for. */
    private Iterator<byte[]> images(int count, int bytes) {
        return IntStream.range(0, count)
                .mapToObj(index -> {
                    taken++;
                    mostAhead = Math.max(mostAhead, taken - sums.size());
                    return image(index, bytes);
                })
                .iterator();
    }

    private static byte[] image(int index, int bytes) {
        byte[] image = new byte[bytes];
        new Random(index).nextBytes(image);
        return image;
    }

    private static int sum(byte[] image) {
        int sum = 0;
        for (byte value : image) {
            sum += value;
        }
        return sum;
    }

    private long infer(BoardSession session, int count, int bytes) throws InterruptedException {
        return session.infer(
                session.network(),
                images(count, bytes),
                count,
                (image, answer) -> {
                    assertEquals(sums.size(), image);
                    sums.add(answer.outputs()[0]);
                    assertEquals(600 + 6 * image, answer.inferenceCycles());
                },
                Progress.SILENT);
    }

    private void assertEverySum(int count, int bytes) {
        assertEquals(
                IntStream.range(0, count)
                        .map(index -> sum(image(index, bytes)))
                        .boxed()
                        .toList(),
                sums);
    }

    @ParameterizedTest
    @CsvSource({"300, 490, 64", "200, 3072, 22", "20, 76800, 3", "1, 3072, 1", "0, 3072, 0"})
    void shouldBringEveryImageThroughInOrderWithFewUnderWay(int count, int bytes, int ahead) throws Exception {
        BoardSession session = session(network(bytes));
        assertEquals(count, infer(session, count, bytes));
        assertEverySum(count, bytes);
        assertEquals(ahead, mostAhead);
        assertEquals(new SessionState.Ready(), session.state());
        assertEquals(count > 0, states.contains(new SessionState.Streaming()) && count > 0);
    }

    @ParameterizedTest
    @CsvSource({"DROP", "CORRUPT"})
    void shouldBringEveryImageThroughALineThatLosesSome(Fault fault) throws Exception {
        BoardLink link =
                new FaultyLink(FakeBoard.withNetwork(hello(), network(3072)).link(), fault, 1201, SEED);
        infer(session(link, LONG, MODEL_HASH), 100, 3072);
        assertEverySum(100, 3072);
    }

    @Test
    void shouldTellHowManyImagesAreDone() throws Exception {
        List<Long> done = new ArrayList<>();
        BoardSession session = session(network(10));
        session.infer(session.network(), images(3, 10), 3, (image, answer) -> {}, (step, soFar, total) -> {
            assertEquals("images", step);
            assertEquals(3, total);
            done.add(soFar);
        });
        assertEquals(List.of(1L, 2L, 3L), done);
    }

    @Test
    void shouldFailAsTimeoutWhenTheBoardFallsSilentInMidRun() throws Exception {
        BoardLink link =
                new FaultyLink(FakeBoard.withNetwork(hello(), network(3072)).link(), Fault.DEAD, 4000, SEED);
        BoardSession session = session(link, SHORT, MODEL_HASH);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> infer(session, 1000, 3072));
        assertEquals(FailureKind.TIMEOUT, failure.kind(), failure.getMessage());
        assertEquals("infer image " + sums.size(), failure.attempted());
        assertEquals(new SessionState.Failed(FailureKind.TIMEOUT), session.state());
    }

    @Test
    void shouldPassOnTheBoardsRefusal() throws Exception {
        FakeNetwork network = network(3072);
        network.limitStaging(2000);
        BoardSession session = session(network);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> infer(session, 5, 3072));
        assertEquals(
                "error 3: an image must fit into 2000 bytes", failure.actual().orElseThrow());
        assertEquals("infer image 0", failure.attempted());
    }

    @Test
    void shouldNotSendAnImageOfAnotherLength() throws Exception {
        BoardSession session = session(network(3072));
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> infer(session, 5, 3073));
        assertEquals("image 0 has 3073 bytes, the network reads 3072", failure.getMessage());
    }

    @Test
    void shouldRefuseAnotherModelThanTheFlashedOne() {
        BoardLink link = FakeBoard.withNetwork(hello(), network(10)).link();
        BenchFailure failure = assertThrows(BenchFailure.class, () -> session(link, SHORT, "cd".repeat(32)));
        assertEquals(FailureKind.BOOT, failure.kind());
        assertTrue(failure.expected().orElseThrow().endsWith("model cdcdcdcdcdcd"), failure.getMessage());
        assertTrue(failure.actual().orElseThrow().endsWith("model abababababab"), failure.getMessage());
    }

    @Test
    void shouldRefuseFirmwareWithoutANetwork() throws Exception {
        BoardSession session = session(new FakeBoard(hello()).link(), SHORT, MODEL_HASH);
        BenchFailure failure = assertThrows(BenchFailure.class, session::network);
        assertEquals(FailureKind.BOOT, failure.kind());
    }

    @Test
    void shouldEndWhenInterrupted() throws Exception {
        BoardSession session = session(network(3072));
        assertThrows(
                InterruptedException.class,
                () -> session.infer(
                        session.network(),
                        images(1000, 3072),
                        1000,
                        (image, answer) -> {
                            if (image == 5) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        Progress.SILENT));
    }
}
