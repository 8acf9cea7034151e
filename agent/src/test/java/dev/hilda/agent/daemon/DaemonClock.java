// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that a test moves on; who sleeps moves it on, too. */
final class DaemonClock implements Clock {
    private long nanos;

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized Instant now() {
        return Instant.ofEpochSecond(1_800_000_000).plusNanos(nanos);
    }

    @Override
    public void sleep(Duration duration) {
        advance(duration);
    }

    synchronized void advance(Duration duration) {
        nanos += duration.toNanos();
    }
}
