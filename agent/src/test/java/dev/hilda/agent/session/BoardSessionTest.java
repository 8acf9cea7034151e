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
import dev.hilda.agent.protocol.Hello.ResetCause;
import dev.hilda.agent.protocol.Message;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.FaultyLink;
import dev.hilda.agent.testing.FaultyLink.Fault;
import dev.hilda.agent.testing.Hellos;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import dev.hilda.profile.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BoardSessionTest {
    private static final BoardProfile PROFILE =
            new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");
    private static final SessionPatience SHORT = new SessionPatience(Duration.ofMillis(600), Duration.ofMillis(600));
    private static final SessionPatience LONG = new SessionPatience(Duration.ofSeconds(5), Duration.ofSeconds(5));
    private static final FirmwareImage IMAGE =
            new FirmwareImage("fake.elf", Bytes.of(new byte[] {1}), List.of(), 0x08000001);
    private static final Flasher FLASHER = (image, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5));
    private static final long SEED = 20_240_607;
    private static final int ECHO_BYTES = 100_000;

    private final List<SessionState> states = new ArrayList<>();

    @Test
    void shouldRunASelfTestThroughEveryState() throws Exception {
        SelfTestReport report = selfTest(new FakeBoard());
        SelfTestReport.Echoed echo = report.echo().orElseThrow();
        assertEquals(ECHO_BYTES, echo.report().bytes());
        assertEquals("V", report.greeting().orElseThrow().revision().name());
        assertTrue(echo.boardCycles() > 0);
        assertEquals(Optional.empty(), echo.clocks());
        assertEquals(
                List.of(
                        new SessionState.Flashed(),
                        new SessionState.Ready(),
                        new SessionState.Streaming(),
                        new SessionState.Ready(),
                        new SessionState.Done()),
                states);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DROP", "CORRUPT"})
    void shouldBringEveryByteThroughALineThatLosesSome(Fault fault) throws Exception {
        BoardSession session = session(new FaultyLink(new FakeBoard().link(), fault, 7001, SEED), LONG);
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        session.hello();
        EchoReport report = session.echo(new byte[ECHO_BYTES], Progress.SILENT);
        assertTrue(
                report.link().gaps() + report.link().crcErrors() + report.link().resyncs() > 0, report.toString());
    }

    @Test
    void shouldFailAsTimeoutWhenTheLineFallsSilent() {
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> run(new FaultyLink(new FakeBoard().link(), Fault.DEAD, 20_000, SEED)));
        assertEquals(FailureKind.TIMEOUT, failure.kind(), failure.getMessage());
        assertEquals(new SessionState.Failed(FailureKind.TIMEOUT), states.get(states.size() - 1));
    }

    @Test
    void shouldBlameTheLineForAnAnswerThatOnlyComesDamaged() throws Exception {
        FakeBoard board = new FakeBoard();
        BoardSession session = session(new FaultyLink(board.link(), Fault.CORRUPT_LATER, 2000, SEED));
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        session.hello();
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> session.echo(new byte[ECHO_BYTES], Progress.SILENT));
        assertEquals(FailureKind.LINK, failure.kind(), failure.getMessage());
        assertTrue(failure.actual().orElseThrow().contains("wrong checksum"), failure.getMessage());
    }

    @Test
    void shouldTakeAnyFirmwareOfTheUsersOwn() throws Exception {
        Hello hello = Hellos.with(FakeBoard.defaultHello(), "firmwareKind", "NETWORK");
        BoardSession session = new BoardSession(
                PROFILE,
                ExpectedFirmware.ANY,
                "fake",
                new FakeBoard(hello).link(),
                new Random(42)::nextInt,
                Clock.SYSTEM,
                SHORT,
                states::add);
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        assertEquals(Hello.FirmwareKind.NETWORK, session.hello().hello().firmwareKind());
    }

    @Test
    void shouldRemarkThatTheBoardRunsFromItsInternalOscillator() throws Exception {
        assertEquals(List.of(), remarks(selfTest(new FakeBoard())));
        SelfTestReport internal = selfTest(new FakeBoard(Hellos.with(FakeBoard.defaultHello(), "clockSource", "HSI")));
        assertTrue(
                remarks(internal).get(0).contains("internal oscillator"),
                remarks(internal).toString());
    }

    @Test
    void shouldFailAsLinkWhenThePortDisappears() {
        BenchFailure failure = assertThrows(
                BenchFailure.class, () -> run(new FaultyLink(new FakeBoard().link(), Fault.DISCONNECT, 20_000, SEED)));
        assertEquals(FailureKind.LINK, failure.kind());
        assertEquals(new SessionState.Failed(FailureKind.LINK), states.get(states.size() - 1));
    }

    @Test
    void shouldWorkOverASlowLine() throws Exception {
        BoardSession session = session(new FaultyLink(new FakeBoard().link(), Fault.SLOW, 100, SEED));
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        session.hello();
        assertEquals(5000, session.echo(new byte[5000], Progress.SILENT).bytes());
    }

    @Test
    void shouldFailAsBootWhenTheFirmwareStaysSilent() {
        FakeBoard board = new FakeBoard();
        board.fallSilent();
        BenchFailure failure = assertThrows(BenchFailure.class, () -> selfTest(board));
        assertEquals(FailureKind.BOOT, failure.kind());
        assertEquals("silence", failure.actual().orElseThrow());
    }

    @Test
    void shouldTellNoiseFromSilence() {
        FakeBoard board = new FakeBoard();
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> run(new FaultyLink(board.link(), Fault.CORRUPT, 5, SEED)));
        assertEquals(FailureKind.LINK, failure.kind());
        assertTrue(failure.actual().orElseThrow().contains("without a valid hello"), failure.getMessage());
    }

    @Test
    void shouldNoticeARestartInMidRun() throws Exception {
        FakeBoard board = new FakeBoard();
        BoardSession session = session(board.link());
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        session.hello();
        board.restart(ResetCause.BROWN_OUT);
        BenchFailure failure = assertThrows(BenchFailure.class, session::statistics);
        assertEquals(FailureKind.BOOT, failure.kind());
        assertTrue(failure.actual().orElseThrow().contains("brown-out"), failure.getMessage());
    }

    @Test
    void shouldFindTheByteThatCameBackWrong() {
        UnaryOperator<Message> spoilEcho = answer -> {
            byte[] body = answer.body();
            if (answer.type() == (Message.ECHO | Message.REPLY)) {
                body[70_000] ^= 1;
            }
            return new Message(answer.type(), answer.tag(), body);
        };
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> selfTest(new FakeBoard(FakeBoard.defaultHello(), spoilEcho)));
        assertEquals(FailureKind.LINK, failure.kind());
        assertTrue(failure.expected().orElseThrow().endsWith("at byte 70000"), failure.getMessage());
    }

    @Test
    void shouldFailWhenTheBoardAnswersAResetOnlyWithWords() {
        UnaryOperator<Message> error = answer -> answer.type() == (Message.RESET | Message.REPLY)
                ? new Message(Message.ERROR, answer.tag(), new byte[] {3, 0, 'n', 'o'})
                : answer;
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> selfTest(new FakeBoard(FakeBoard.defaultHello(), error)));
        assertEquals("error 3: no", failure.actual().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "uniqueId, 303132333435363738396162, BENCH, unique ID",
        "idcode, 0x20036451, BENCH, chip 0x451",
        "idcode, 0x10016450, BENCH, revision 0x1001",
        "modelHash, 1111111111111111111111111111111111111111111111111111111111111111, BOOT, 111111111111",
        "firmwareKind, NETWORK, BOOT, kind network",
        "bootError, PLL_NOT_READY, BOOT, pll-not-ready",
        "cpuHz, 64000000, BOOT, 64000000 Hz",
        "uartDivider, 135, BOOT, 888889 baud",
        "protocolVersion, 2, BOOT, speaks version 2",
        "windowFrames, 0, BOOT, a window of 0 frames",
        "windowFrames, 8193, BOOT, a window of 8193 frames",
        "windowFrames, 32768, BOOT, a window of 32768 frames",
        "maxPayloadBytes, 0, BOOT, frames of 0 bytes",
        "maxPayloadBytes, 127, BOOT, frames of 127 bytes",
        "maxPayloadBytes, 2049, BOOT, frames of 2049 bytes",
    })
    void shouldRefuseABoardThatIsNotTheExpectedOne(String field, String value, FailureKind kind, String actual) {
        Hello hello = Hellos.with(FakeBoard.defaultHello(), field, value);
        BenchFailure failure = assertThrows(BenchFailure.class, () -> selfTest(new FakeBoard(hello)));
        assertEquals(kind, failure.kind(), failure.getMessage());
        assertTrue(failure.actual().orElseThrow().contains(actual), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"windowFrames, 1", "windowFrames, 8192", "maxPayloadBytes, 128"})
    void shouldTalkToABoardThatStatesTheLeastOrTheMost(String field, String value) throws Exception {
        Hello hello = Hellos.with(FakeBoard.defaultHello(), field, value);
        BoardSession session = session(new FakeBoard(hello).link(), LONG);
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        session.hello();
        assertEquals(5000, session.echo(new byte[5000], Progress.SILENT).bytes());
    }

    @Test
    void shouldRefuseStepsOutOfOrder() {
        assertThrows(
                IllegalStateException.class,
                () -> session(new FakeBoard().link()).hello());
    }

    private static List<String> remarks(SelfTestReport report) {
        return report.greeting().orElseThrow().remarks(report.flash().orElseThrow());
    }

    private SelfTestReport selfTest(FakeBoard board) throws InterruptedException {
        return run(board.link());
    }

    private SelfTestReport run(BoardLink link) throws InterruptedException {
        SelfTest test =
                new SelfTest(session(link), "fake", ClockCheck.of(Timing.ESTIMATED, Clock.SYSTEM), Progress.SILENT);
        test.run(FLASHER, IMAGE, ECHO_BYTES, 1);
        return test.report();
    }

    @Test
    void shouldWaitForRoomOnTheLineAsLongAsForAnAnswer() throws Exception {
        List<Duration> waits = new ArrayList<>();
        BoardLink board = new FakeBoard().link();
        BoardLink line = new BoardLink() {
            @Override
            public int read(byte[] into, Duration timeout) throws InterruptedException {
                return board.read(into, timeout);
            }

            @Override
            public void write(byte[] bytes, Duration timeout) throws InterruptedException {
                waits.add(timeout);
                board.write(bytes, timeout);
            }

            @Override
            public void changeRate(int baud) throws InterruptedException {
                board.changeRate(baud);
            }

            @Override
            public String name() {
                return board.name();
            }

            @Override
            public void close() {
                board.close();
            }
        };
        BoardSession session = session(line, new SessionPatience(Duration.ofSeconds(5), Duration.ofSeconds(7)));
        session.flash(FLASHER, IMAGE, Progress.SILENT);
        session.hello();
        assertEquals(Set.of(Duration.ofSeconds(7)), Set.copyOf(waits));
    }

    private BoardSession session(BoardLink link) {
        return session(link, SHORT);
    }

    private BoardSession session(BoardLink link, SessionPatience patience) {
        return new BoardSession(
                PROFILE,
                ExpectedFirmware.BASE,
                "fake",
                link,
                new Random(42)::nextInt,
                Clock.SYSTEM,
                patience,
                states::add);
    }
}
