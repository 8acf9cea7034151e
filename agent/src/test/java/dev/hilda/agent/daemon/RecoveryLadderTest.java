// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.daemon.RecoveryLadder.Rung;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryLadderTest {
    private final List<String> done = new ArrayList<>();

    private Rung rung(String name) {
        return new Rung(name, () -> done.add(name));
    }

    private static BenchFailure silent(String actual) {
        return BenchFailure.of(FailureKind.LINK, "ask").actual(actual).failure();
    }

    @Test
    void shouldStopAtTheFirstRungThatHelps() throws InterruptedException {
        RecoveryLadder ladder = new RecoveryLadder(List.of(rung("reset"), rung("replug"), rung("power")), () -> {
            done.add("check");
            if (done.size() < 4) {
                throw silent("silence");
            }
        });

        RecoveryLadder.Outcome outcome = ladder.climb();

        assertTrue(outcome.answers());
        assertEquals(List.of("reset", "check", "replug", "check"), done);
        assertEquals("reset: silence; replug: it answers", outcome.story());
    }

    /** A rung that cannot be stepped on is passed by. */
    @Test
    void shouldGoOnWhenARungBreaks() throws InterruptedException {
        Rung broken = new Rung("reset", () -> {
            throw silent("no probe");
        });

        assertEquals(
                "reset: no probe; power: it answers",
                new RecoveryLadder(List.of(broken, rung("power")), () -> {})
                        .climb()
                        .story());
    }

    @Test
    void shouldSayThatNothingHelped() throws InterruptedException {
        RecoveryLadder ladder = new RecoveryLadder(List.of(rung("reset")), () -> {
            throw silent("silence");
        });

        assertFalse(ladder.climb().answers());
    }

    private static PowerSwitch power(Path log, int cyclesPerDay) {
        String append = "echo \"$1\" >> \"$0\"";
        return new PowerSwitch(
                List.of("sh", "-c", append, log.toString(), "off [a b] $HOME"),
                List.of("sh", "-c", append, log.toString(), "on"),
                Duration.ofSeconds(3),
                cyclesPerDay);
    }

    @Test
    void shouldSwitchOffAndOnWithTimeBetween(@TempDir Path folder) throws InterruptedException, IOException {
        Path log = folder.resolve("log");
        DaemonClock clock = new DaemonClock();

        new SwitchedPower(power(log, 1), "board", clock).cycle();

        assertEquals(List.of("off [a b] $HOME", "on"), Files.readAllLines(log));
        assertEquals(Duration.ofSeconds(6), Duration.ofNanos(clock.nanoTime()));
    }

    /** Each cycle wears the board and the switch. */
    @Test
    void shouldKeepToTheDaysCycles(@TempDir Path folder) throws InterruptedException {
        DaemonClock clock = new DaemonClock();
        SwitchedPower power = new SwitchedPower(power(folder.resolve("log"), 2), "board", clock);
        power.cycle();
        power.cycle();

        BenchFailure refusal = assertThrows(BenchFailure.class, power::cycle);
        assertTrue(String.valueOf(refusal.getMessage()).contains("at most 2 cycles a day"), refusal.getMessage());

        clock.advance(Duration.ofDays(1));
        power.cycle();
    }

    @Test
    void shouldSayWhatTheCommandSaid() {
        PowerSwitch broken = new PowerSwitch(
                List.of("sh", "-c", "echo no such hub; exit 3"), List.of("true"), Duration.ofSeconds(1), 5);

        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> new SwitchedPower(broken, "board", Clock.SYSTEM).cycle());

        assertTrue(String.valueOf(failure.getMessage()).contains("exit code 3"), failure.getMessage());
        assertTrue(String.valueOf(failure.getMessage()).contains("no such hub"), failure.getMessage());
    }

    @Test
    void shouldGivePowerBackWhenInterrupted(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("log");
        Clock interrupting = new Clock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                throw new InterruptedException("cancelled");
            }
        };

        assertThrows(InterruptedException.class, () -> new SwitchedPower(power(log, 1), "board", interrupting).cycle());

        assertEquals(List.of("off [a b] $HOME", "on"), Files.readAllLines(log));
    }
}
