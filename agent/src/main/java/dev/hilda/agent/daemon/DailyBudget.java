// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Something that may be done so many times in any 24 hours, by the clock that nobody can turn. */
final class DailyBudget {
    private static final Duration DAY = Duration.ofDays(1);

    private final int most;
    private final Clock clock;
    private final Deque<Long> spentAtNanos = new ArrayDeque<>();

    DailyBudget(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
    }

    /** Whether it may be done once more now; if so, it counts as done. */
    boolean spend() {
        if (!untilNext().isZero()) {
            return false;
        }
        spentAtNanos.addLast(clock.nanoTime());
        return true;
    }

    /** How long until it may be done again. */
    Duration untilNext() {
        while (!spentAtNanos.isEmpty() && clock.since(spentAtNanos.getFirst()).compareTo(DAY) >= 0) {
            spentAtNanos.removeFirst();
        }
        if (spentAtNanos.size() < most) {
            return Duration.ZERO;
        }
        return spentAtNanos.isEmpty() ? DAY : DAY.minus(clock.since(spentAtNanos.getFirst()));
    }
}
