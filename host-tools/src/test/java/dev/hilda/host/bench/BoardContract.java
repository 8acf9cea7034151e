// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.Hello.ResetCause;
import dev.hilda.agent.protocol.Statistics;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.Greeting;
import dev.hilda.agent.session.SessionPatience;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every board that runs the base firmware does, in memory or real. */
abstract class BoardContract {
    /** Opens the link to the board under test. */
    abstract BoardLink link() throws Exception;

    /** Brings the base firmware onto the board under test. */
    abstract Flasher flasher() throws Exception;

    @Test
    void shouldSayHelloAsTheProfileExpects() throws Exception {
        try (BoardLink link = link()) {
            Greeting greeting = greet(session(link));
            assertEquals(0x450, greeting.hello().deviceId());
            assertEquals(greeting.revision().coreHz(), greeting.hello().cpuHz());
        }
    }

    @Test
    void shouldEchoMessagesOfEveryAwkwardSize() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (BoardLink link = link()) {
            BoardSession session = session(link);
            greet(session);
            for (int size : new int[] {1, 253, 254, 255, 2043, 2044, 2045, 4096, 30_000}) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                assertEquals(size, session.echo(bytes, Progress.SILENT).bytes(), "seed " + seed);
            }
        }
    }

    @Test
    void shouldCountCyclesWhileTimePasses() throws Exception {
        try (BoardLink link = link()) {
            BoardSession session = session(link);
            greet(session);
            Statistics before = session.statistics();
            Thread.sleep(50);
            assertTrue(session.statistics().uptimeCycles() > before.uptimeCycles());
        }
    }

    @Test
    void shouldComeBackFromAResetOnRequest() throws Exception {
        try (BoardLink link = link()) {
            BoardSession session = session(link);
            Greeting before = greet(session);
            Greeting after = session.resetAndHello(before);
            assertEquals(before.hello().bootCount() + 1, after.hello().bootCount());
            assertEquals(ResetCause.SOFTWARE, after.hello().resetCause());
            assertEquals(100, session.echo(new byte[100], Progress.SILENT).bytes());
        }
    }

    private Greeting greet(BoardSession session) throws Exception {
        session.flash(flasher(), Firmware.base(), Progress.SILENT);
        return session.hello();
    }

    private static BoardSession session(BoardLink link) {
        return TestBench.session(link, ExpectedFirmware.BASE, SessionPatience.STANDARD);
    }
}
