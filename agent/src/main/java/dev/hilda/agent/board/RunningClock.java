// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.time.Duration;
import java.time.Instant;

/**
 * Time in which this process runs: it stands still while the process is stopped, or so starved that it does nothing.
 * Deadlines by this clock never blame a board for a host that paused. Somebody has to look at it all the time; for the
 * one of this process a thread does.
 */
public final class RunningClock implements Clock {
    static final Duration TICK = Duration.ofMillis(100);

    /** Longer than a running process goes without a tick, on a busy machine too. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(1);

    /** Looked at from the first use on. */
    public static final Clock OF_THIS_PROCESS = ticking(Clock.SYSTEM);

    private final Clock clock;
    private long lastLook;
    private long pausedNanos;

    /** @param clock that goes on in a pause */
    public RunningClock(Clock clock) {
        this.clock = clock;
        this.lastLook = clock.nanoTime();
    }

    private static RunningClock ticking(Clock clock) {
        RunningClock running = new RunningClock(clock);
        Thread ticker = new Thread(running::tick, "clock");
        ticker.setDaemon(true);
        ticker.start();
        return running;
    }

    @Override
    public synchronized long nanoTime() {
        long now = clock.nanoTime();
        long gap = now - lastLook;
        lastLook = now;
        if (gap > LONGEST_GAP.toNanos()) {
            pausedNanos += gap - TICK.toNanos();
        }
        return now - pausedNanos;
    }

    @Override
    public Instant now() {
        return clock.now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        clock.sleep(duration);
    }

    @Override
    public synchronized Duration paused() {
        nanoTime();
        return Duration.ofNanos(pausedNanos);
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(TICK.toMillis());
                nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody interrupts a daemon of our own.
        }
    }
}
