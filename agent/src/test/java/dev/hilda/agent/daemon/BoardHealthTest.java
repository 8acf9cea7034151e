// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.daemon.BenchConfiguration.Quarantine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoardHealthTest {
    private final DaemonClock clock = new DaemonClock();
    private final BoardHealth health = new BoardHealth(new Quarantine(2, 3, Duration.ofMinutes(5)), clock);

    @Test
    void shouldForgiveASingleFailure() {
        health.failed("hang");
        health.worked();
        health.failed("hang again");

        assertEquals(Optional.empty(), health.reason());
        assertFalse(health.takeTry());
    }

    @Test
    void shouldTakeABoardOutAfterFailuresInARow() {
        health.failed("hang");
        health.failed("reset");

        assertEquals(Optional.of("2 failures in a row, the last: reset"), health.reason());
    }

    @Test
    void shouldTakeABoardOutAtOnceThatDoesNotAnswer() {
        health.lost("no answer");

        assertEquals(Optional.of("no answer"), health.reason());
    }

    @Test
    void shouldTryThreeTimesADayWithMoreAndMoreTimeBetween() {
        health.lost("no answer");
        Instant start = clock.now();
        for (int minutes : new int[] {5, 10, 20}) {
            clock.advance(Duration.ofMinutes(minutes).minusSeconds(1));
            assertFalse(health.takeTry(), () -> "too early: " + Duration.between(start, clock.now()));
            clock.advance(Duration.ofSeconds(1));
            assertTrue(health.takeTry(), () -> "due: " + Duration.between(start, clock.now()));
            health.probationFailed("still none");
        }
        clock.advance(Duration.ofHours(20));
        assertFalse(health.takeTry(), "three in a day");
        clock.advance(Duration.ofHours(4).plusMinutes(5));
        assertTrue(health.takeTry(), "the next day");
    }

    @Test
    void shouldWaitAsBrieflyAsAtFirstOnceAProbationWasPassed() {
        health.lost("no answer");
        clock.advance(Duration.ofMinutes(5));
        assertTrue(health.takeTry());
        health.probationFailed("still none");
        clock.advance(Duration.ofMinutes(10));
        assertTrue(health.takeTry());
        health.released();

        health.lost("no answer again");
        clock.advance(Duration.ofMinutes(5));
        assertTrue(health.takeTry());
    }

    @Test
    void shouldComeBackAsNew() {
        health.failed("a");
        health.failed("b");
        health.released();
        health.failed("c");

        assertEquals(Optional.empty(), health.reason());
    }
}
