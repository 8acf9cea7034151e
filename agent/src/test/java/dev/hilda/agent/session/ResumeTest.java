// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.board.Reconnection;
import dev.hilda.agent.board.RunningClock;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.Hello.ResetCause;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.FakeNetwork;
import dev.hilda.agent.testing.Hellos;
import dev.hilda.agent.testing.VirtualClock;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A board that is lost in mid-stream, and found again, in virtual time. */
class ResumeTest {
    private static final int IMAGES = 200;
    private static final int BYTES = 300;
    private static final String MODEL_HASH = "ab".repeat(32);
    private static final FirmwareImage IMAGE =
            new FirmwareImage("fake.elf", Bytes.of(new byte[] {1}), List.of(), 0x08000001);
    private static final Flasher FLASHER = (image, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5));

    private final VirtualClock host = new VirtualClock();
    private final RunningClock clock = new RunningClock(host);
    private final FakeBoard board = FakeBoard.withNetwork(hello(), network(), host);
    private final List<Integer> sums = new ArrayList<>();
    private final List<Resume> resumes = new ArrayList<>();
    private final Ports ports = new Ports();
    private @Nullable Greeting greeting;
    private Runnable atImage20 = () -> {};
    private int crashingImage = -1;
    private boolean crashes;

    private static Hello hello() {
        return Hellos.with(Hellos.with(FakeBoard.defaultHello(), "firmwareKind", "NETWORK"), "modelHash", MODEL_HASH);
    }

    private FakeNetwork network() {
        return new FakeNetwork(
                new NetworkAnswer(BYTES, 1, 1, 1000, 900),
                image -> {
                    crashes |= crashingImage >= 0 && sum(image) == sum(image(crashingImage));
                    return new int[] {sum(image)};
                },
                100);
    }

    /** The board's port, which can be pulled, and its probe. */
    private final class Ports implements Reconnection {
        private int opened;
        private int resets;
        private int awayFor;
        private boolean resetWorks = true;
        private Port current = new Port();

        @Override
        public BoardLink reopen() {
            if (awayFor > 0) {
                awayFor--;
                throw gone();
            }
            opened++;
            current = new Port();
            return current;
        }

        @Override
        public void reset() {
            resets++;
            if (!resetWorks) {
                throw BenchFailure.of(FailureKind.BENCH, "reset").failure();
            }
            board.restart(ResetCause.PIN);
        }
    }

    private static BenchFailure gone() {
        return BenchFailure.of(FailureKind.LINK, "use the port").actual("gone").failure();
    }

    private final class Port implements BoardLink {
        private final BoardLink wire = board.link();
        private boolean pulled;

        @Override
        public int read(byte[] into, Duration timeout) throws InterruptedException {
            if (crashes) {
                crashes = false;
                board.restart(ResetCause.SOFTWARE);
            }
            requirePlugged();
            return wire.read(into, timeout);
        }

        @Override
        public void write(byte[] bytes, Duration timeout) throws InterruptedException {
            requirePlugged();
            wire.write(bytes, timeout);
        }

        private void requirePlugged() {
            if (pulled) {
                throw gone();
            }
        }

        @Override
        public boolean isConnected() {
            return !pulled;
        }

        @Override
        public void changeRate(int baud) throws InterruptedException {
            wire.changeRate(baud);
        }

        @Override
        public String name() {
            return "port";
        }

        @Override
        public void close() {}
    }

    private static byte[] image(int index) {
        byte[] image = new byte[BYTES];
        new Random(index).nextBytes(image);
        return image;
    }

    private static int sum(byte[] image) {
        int sum = 0;
        for (int at = 0; at < image.length; at++) {
            sum += (at + 1) * image[at];
        }
        return sum;
    }

    private BoardSession session() throws InterruptedException {
        BoardSession session = alone();
        session.allowResume(ports);
        return session;
    }

    /** With nobody who could connect again. */
    private BoardSession alone() throws InterruptedException {
        BoardSession session = new BoardSession(
                new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi"),
                ExpectedFirmware.network(MODEL_HASH),
                "fake",
                ports.current,
                new Random(42)::nextInt,
                clock,
                SessionPatience.STANDARD,
                state -> {});
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        greeting = session.hello();
        return session;
    }

    private void infer() throws InterruptedException {
        infer(session());
    }

    private void infer(BoardSession session) throws InterruptedException {
        infer(session, listener());
    }

    private InferenceListener listener() {
        return new InferenceListener() {
            @Override
            public void inferred(long image, InferAnswer answer) {
                assertEquals(sums.size(), image);
                sums.add(answer.outputs()[0]);
                if (image == 20) {
                    Runnable accident = atImage20;
                    atImage20 = () -> {};
                    accident.run();
                }
            }

            @Override
            public void resumed(Resume resume) {
                resumes.add(resume);
                assertEquals(sums.size(), resume.image(), "the first without an answer");
            }
        };
    }

    private static void infer(BoardSession session, InferenceListener listener) throws InterruptedException {
        NetworkAnswer network = session.network();
        session.infer(
                network,
                IntStream.range(0, IMAGES).mapToObj(ResumeTest::image).iterator(),
                IMAGES,
                listener,
                Progress.SILENT);
    }

    private void assertResumed(String... causes) {
        assertEquals(List.of(causes), resumes.stream().map(Resume::cause).toList());
        assertEquals(
                IntStream.range(0, IMAGES)
                        .map(image -> sum(image(image)))
                        .boxed()
                        .toList(),
                sums);
    }

    private BenchFailure fails() {
        return assertThrows(BenchFailure.class, this::infer);
    }

    @ParameterizedTest
    @EnumSource(names = {"BROWN_OUT", "INDEPENDENT_WATCHDOG", "PIN", "SOFTWARE"})
    void shouldGoOnAfterARestart(ResetCause cause) throws Exception {
        atImage20 = () -> board.restart(cause);
        infer();
        assertResumed(Words.of(cause));
        assertEquals(0, ports.resets + ports.opened);
    }

    @Test
    void shouldCountAllBeforeTheImageThatCrashesTheBoard() throws Exception {
        atImage20 = () -> board.restart(ResetCause.BROWN_OUT);
        crashingImage = 120;
        BenchFailure failure = fails();
        assertEquals("infer image 120", failure.attempted());
        assertEquals(120, sums.size(), "all before it count");
        assertTrue(resumes.size() > Resumption.MOST_FOR_ONE_IMAGE, resumes.toString());
    }

    @Test
    void shouldNotRepeatADeterministicCrashForEver() {
        crashingImage = 0;
        BenchFailure failure = fails();
        assertEquals(FailureKind.BOOT, failure.kind(), failure.getMessage());
        assertEquals("infer image 0", failure.attempted());
        assertTrue(failure.actual().orElseThrow().contains("restarted: reset cause software"), failure.getMessage());
        assertEquals(Resumption.MOST_FOR_ONE_IMAGE, resumes.size());
    }

    @Test
    void shouldResetABoardThatHangs() throws Exception {
        atImage20 = board::fallSilent;
        infer();
        assertResumed(Resume.HANG);
        assertEquals(1, ports.resets);
    }

    @Test
    void shouldFailWithWhatEndedTheStreamWhenAResetDoesNotHelp() {
        atImage20 = board::fallSilent;
        ports.resetWorks = false;
        BenchFailure failure = fails();
        assertEquals(FailureKind.BENCH, failure.kind(), failure.getMessage());
        assertTrue(failure.attempted().startsWith("infer image "), failure.getMessage());
        assertTrue(failure.actual().orElseThrow().contains("; then could not reset: "), failure.getMessage());
        assertEquals(1, ports.resets);
    }

    @Test
    void shouldWaitForABoardThatIsPluggedInAgain() throws Exception {
        atImage20 = () -> {
            ports.current.pulled = true;
            ports.awayFor = 20;
            board.restart(ResetCause.POWER_ON);
        };
        infer();
        assertResumed(Resume.REPLUG);
        assertEquals(1, ports.opened);
    }

    @Test
    void shouldGiveUpABoardThatStaysAway() {
        atImage20 = () -> {
            ports.current.pulled = true;
            ports.awayFor = Integer.MAX_VALUE;
        };
        assertEquals("use the port", fails().attempted());
    }

    @Test
    void shouldNotBlameTheBoardForAPauseOfTheHost() throws Exception {
        atImage20 = () -> pause(Duration.ofSeconds(60));
        infer();
        assertResumed();
    }

    @Test
    void shouldGoOnWhenTheBoardHasGivenUpAPausedHost() throws Exception {
        atImage20 = () -> {
            pause(Duration.ofSeconds(60));
            board.giveUpSession();
        };
        infer();
        assertResumed(Resume.HOST_PAUSE);
    }

    /** All answers had come before the host was stopped; that the session is lost shows afterwards. */
    @Test
    void shouldKnowThePauseOfTheHostAfterTheLastAnswerToo() throws Exception {
        BoardSession session = session();
        atImage20 = () -> pause(Duration.ofSeconds(60));
        infer(session);
        board.giveUpSession();
        BoardSession.Closing closing = session.closing(IMAGES, listener());
        assertEquals(BYTES, closing.network().inputBytes());
        assertResumed(Resume.HOST_PAUSE);
    }

    /** Nobody looks at the clock meanwhile. */
    private void pause(Duration duration) {
        try {
            host.sleep(duration);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldBlameTheLineWhereTheHostRan() throws Exception {
        atImage20 = board::giveUpSession;
        infer();
        assertResumed(Resume.LINE);
        assertEquals(0, ports.resets);
    }

    @Test
    void shouldKeepTheRateOverARestart() throws Exception {
        BoardSession session = session();
        assertTrue(
                session.changeRate(1_000_000, Objects.requireNonNull(greeting)).isPresent());
        atImage20 = () -> board.restart(ResetCause.PIN);
        infer(session);
        assertResumed("pin");
        assertEquals(1_000_000, board.baud());
        assertTrue(resumes.get(0).sameRate());
    }

    @Test
    void shouldFallBackToTheFirstRateWhenOnlyTheLineIsToBlame() throws Exception {
        BoardSession session = session();
        assertTrue(
                session.changeRate(1_000_000, Objects.requireNonNull(greeting)).isPresent());
        atImage20 = board::giveUpSession;
        infer(session);
        assertResumed(Resume.LINE);
        assertEquals(921_600, board.baud());
    }

    @Test
    void shouldRefuseAnotherBoard() {
        atImage20 = () -> board.become(Hellos.with(hello(), "uniqueId", "5649525431323334353637ff"));
        BenchFailure failure = fails();
        assertEquals(FailureKind.BENCH, failure.kind(), failure.getMessage());
        String actual = failure.actual().orElseThrow();
        assertTrue(actual.startsWith("the board restarted") || actual.contains("; then could not "), actual);
        assertTrue(
                actual.contains("; then could not go on with the same board: chip 5649525431323334353637ff"), actual);
    }

    @Test
    void shouldEndWhenInterruptedWhileItLooksForTheBoard() {
        atImage20 = () -> {
            ports.current.pulled = true;
            ports.awayFor = Integer.MAX_VALUE;
            Thread.currentThread().interrupt();
        };
        assertThrows(InterruptedException.class, this::infer);
        assertTrue(resumes.isEmpty());
    }

    @Test
    void shouldFailAtOnceWhereNobodyCanReconnect() throws Exception {
        BoardSession session = alone();
        atImage20 = () -> board.restart(ResetCause.BROWN_OUT);
        assertEquals(
                FailureKind.BOOT,
                assertThrows(BenchFailure.class, () -> infer(session)).kind());
    }
}
