// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.protocol.Hello.ClockSource;
import dev.hilda.agent.protocol.Statistics;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.EchoReport;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.Greeting;
import dev.hilda.agent.session.SessionPatience;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the serial side sees when line, core or power fail. */
class SerialFaultIT {
    private static final SessionPatience PATIENCE = new SessionPatience(Duration.ofSeconds(8), Duration.ofSeconds(4));
    private static final byte[] DATA = new byte[200_000];

    static {
        new Random(7).nextBytes(DATA);
    }

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serial-drop to-host 300",
                "serial-drop to-board 300",
                "serial-corrupt to-host 40",
                "serial-corrupt to-board 40"
            })
    void shouldBringEveryByteThroughADisturbedLine(String fault) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        try (BoardLink link = board.link()) {
            BoardSession session = ready(board, link);
            board.fault(fault);
            EchoReport echo = session.echo(DATA, Progress.SILENT);
            Statistics statistics = session.statistics();
            long repeated = echo.link().retransmits() + statistics.link().retransmits();
            assertEquals(DATA.length, echo.bytes());
            assertTrue(repeated > 0, "nothing was repeated: " + echo + statistics);
        }
    }

    @Test
    void shouldSurviveAModemDaemonThatTalksFirst() throws Exception {
        VirtualBoard board = bench.board("--fast-flash", "--fault", "serial-at-on-open");
        try (BoardLink link = board.link()) {
            assertEquals(
                    1000,
                    ready(board, link).echo(new byte[1000], Progress.SILENT).bytes());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fault serial-dead|TIMEOUT|",
                "power off|TIMEOUT|",
                "fault core-hang|BOOT|independent-watchdog",
                "fault brown-out|BOOT|brown-out",
            })
    void shouldSayWhatEndedTheRun(String command, FailureKind kind, String text) throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        try (BoardLink link = board.link()) {
            BoardSession session = ready(board, link);
            board.control(command);
            BenchFailure failure = assertThrows(BenchFailure.class, () -> session.echo(DATA, Progress.SILENT), command);
            assertEquals(kind, failure.kind(), failure.getMessage());
            assertTrue(text == null || failure.actual().orElseThrow().contains(text), failure.getMessage());
        }
    }

    @Test
    void shouldNoticeThatThePortIsGone() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        try (BoardLink link = board.link()) {
            BoardSession session = ready(board, link);
            board.kill();
            BenchFailure failure = assertThrows(BenchFailure.class, () -> session.echo(DATA, Progress.SILENT));
            assertEquals(FailureKind.LINK, failure.kind(), failure.getMessage());
            assertTrue(failure.actual().orElseThrow().contains("port is gone"), failure.getMessage());
        }
    }

    @Test
    void shouldReportTheInternalClockWhenTheExternalOneIsDead() throws Exception {
        VirtualBoard board = bench.board("--fast-flash", "--fault", "hse-dead");
        try (BoardLink link = board.link()) {
            Greeting greeting = greet(TestBench.session(link, ExpectedFirmware.BASE, PATIENCE), board);
            assertEquals(ClockSource.HSI, greeting.hello().clockSource());
        }
    }

    @Test
    void shouldSayThatASilentBoardDoesNotBoot() throws Exception {
        VirtualBoard board = bench.board("--fast-flash");
        board.fault("serial-dead");
        try (BoardLink link = board.link()) {
            BenchFailure failure = assertThrows(BenchFailure.class, () -> ready(board, link));
            assertEquals(FailureKind.BOOT, failure.kind(), failure.getMessage());
        }
    }

    private static BoardSession ready(VirtualBoard board, BoardLink link) throws InterruptedException {
        BoardSession session = TestBench.session(link, ExpectedFirmware.BASE, PATIENCE);
        greet(session, board);
        return session;
    }

    private static Greeting greet(BoardSession session, VirtualBoard board) throws InterruptedException {
        session.flash(TestBench.flasher(board, FlashPatience.FOR_SILICON), Firmware.base(), Progress.SILENT);
        return session.hello();
    }
}
