// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.board.Clock;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only where somebody waits. */
public final class VirtualClock implements Clock {
    private long nanos = Long.MAX_VALUE - 1_000_000; // any origin, and the count may wrap

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        nanos += duration.toNanos();
    }
}
