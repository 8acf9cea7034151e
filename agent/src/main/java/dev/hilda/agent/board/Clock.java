// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.time.Duration;
import java.time.Instant;

/** Time as the agent sees it; tests bring their own. */
public interface Clock {
    /** The host's clocks. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }
    };

    /** Monotonic nanoseconds from an arbitrary origin; only differences mean something. */
    long nanoTime();

    /** The time of day, for results. */
    Instant now();

    /** For how long in all {@link #nanoTime()} stood still because this process did not run. */
    default Duration paused() {
        return Duration.ZERO;
    }

    /** Waits. */
    default void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
    }

    /** Time passed since an earlier {@link #nanoTime()}. */
    default Duration since(long earlierNanoTime) {
        return Duration.ofNanos(nanoTime() - earlierNanoTime);
    }
}
