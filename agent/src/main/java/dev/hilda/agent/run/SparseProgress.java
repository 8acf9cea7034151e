// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.Progress;
import java.time.Duration;

/** Passes progress on once a second, and the end of every step. */
final class SparseProgress implements Progress {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Clock clock;
    private final Progress listener;
    private long lastPassed;

    SparseProgress(Clock clock, Progress listener) {
        this.clock = clock;
        this.listener = listener;
        this.lastPassed = clock.nanoTime();
    }

    @Override
    public void advance(String step, long done, long total) {
        if (done == total || clock.since(lastPassed).compareTo(INTERVAL) >= 0) {
            lastPassed = clock.nanoTime();
            listener.advance(step, done, total);
        }
    }
}
