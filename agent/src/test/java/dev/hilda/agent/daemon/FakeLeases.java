// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.Leases;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Leases in memory, by a clock of the test. */
final class FakeLeases implements Leases {
    private final Clock clock;
    private final Map<String, Held> held = new HashMap<>();
    private long fence;

    FakeLeases(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Optional<Lease> take(String board, String holder, String purpose, String text, Duration duration) {
        if (holder(board).isPresent()) {
            return Optional.empty();
        }
        Held taken = new Held(board, holder, purpose, text, ++fence, clock.now().plus(duration));
        held.put(board, taken);
        return Optional.of(taken);
    }

    @Override
    public Optional<Lease> holder(String board) {
        return Optional.ofNullable(held.get(board))
                .filter(lease -> clock.now().isBefore(lease.expiry))
                .map(lease -> lease);
    }

    private final class Held implements Lease {
        private final String board;
        private final String holder;
        private final String purpose;
        private final String text;
        private final long fence;
        private Instant expiry;

        Held(String board, String holder, String purpose, String text, long fence, Instant expiry) {
            this.board = board;
            this.holder = holder;
            this.purpose = purpose;
            this.text = text;
            this.fence = fence;
            this.expiry = expiry;
        }

        @Override
        public String board() {
            return board;
        }

        @Override
        public String holder() {
            return holder;
        }

        @Override
        public String purpose() {
            return purpose;
        }

        @Override
        public String text() {
            return text;
        }

        @Override
        public long fence() {
            return fence;
        }

        @Override
        public long expiresAtMs() {
            return expiry.toEpochMilli();
        }

        @Override
        public boolean renew(Duration duration) {
            expiry = clock.now().plus(duration);
            return true;
        }

        @Override
        public void release() {
            held.remove(board, this);
        }
    }
}
