// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.testing.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunningClockTest {
    private final VirtualClock host = new VirtualClock();
    private final RunningClock clock = new RunningClock(host);
    private final long started = clock.nanoTime();

    @Test
    void shouldGoOnWhileItIsLookedAt() throws Exception {
        for (int look = 0; look < 100; look++) {
            host.sleep(Duration.ofMillis(900));
            clock.nanoTime();
        }
        assertEquals(Duration.ofSeconds(90), clock.since(started));
        assertEquals(Duration.ZERO, clock.paused());
    }

    @Test
    void shouldStandStillWhileNobodyCanLook() throws Exception {
        host.sleep(Duration.ofMillis(500));
        clock.nanoTime();
        host.sleep(Duration.ofSeconds(60));
        assertEquals(Duration.ofMillis(600), clock.since(started), "and a tick");
        assertEquals(Duration.ofMillis(59_900), clock.paused());
        host.sleep(Duration.ofMillis(500));
        assertEquals(Duration.ofMillis(1100), clock.since(started));
    }

    @Test
    void shouldTickByItself() throws Exception {
        long before = RunningClock.OF_THIS_PROCESS.nanoTime();
        Duration paused = RunningClock.OF_THIS_PROCESS.paused();
        Thread.sleep(1500);
        Duration passed = RunningClock.OF_THIS_PROCESS.since(before);
        Duration pausedMeanwhile = RunningClock.OF_THIS_PROCESS.paused().minus(paused);
        assertTrue(
                passed.plus(pausedMeanwhile).compareTo(Duration.ofMillis(1500)) >= 0, passed + " " + pausedMeanwhile);
        assertTrue(passed.compareTo(Duration.ofMillis(200)) > 0, "only a tick in " + passed);
    }
}
