// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.RunningClock;
import dev.hilda.agent.jobs.Lease;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BoardHoldTest {
    private static final Duration LEASE = Duration.ofSeconds(60);

    private final Host host = new Host();
    private final Clock clock = new RunningClock(host);
    private final CancelToken token = new CancelToken();
    private final RenewedLease lease = new RenewedLease();
    private final BoardHold hold = new BoardHold(lease, clock, clock.nanoTime(), token, LEASE, () -> false);

    private static final class Host implements Clock {
        private long nanos;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos);
        }
    }

    private static final class RenewedLease implements Lease {
        private boolean isOwn = true;

        @Override
        public String board() {
            return "B1";
        }

        @Override
        public String holder() {
            return "agent";
        }

        @Override
        public String purpose() {
            return "job";
        }

        @Override
        public String text() {
            return "";
        }

        @Override
        public long fence() {
            return 1;
        }

        @Override
        public long expiresAtMs() {
            return 0;
        }

        @Override
        public boolean renew(Duration duration) {
            return isOwn;
        }

        @Override
        public void release() {
            isOwn = false;
        }
    }

    /** A second at a time, as a host that runs looks at its clock. */
    private void run(int seconds) {
        for (int second = 0; second < seconds; second++) {
            host.nanos += Duration.ofSeconds(1).toNanos();
            hold.expire();
        }
    }

    @Test
    void shouldEndWhenTheLeaseWasNotRenewedForAsLongAsItLasts() {
        run(60);
        assertFalse(token.isCancelled());
        run(1);
        assertTrue(token.isCancelled());
    }

    @Test
    void shouldRenewTheLeaseAfterTheHostStoodStill() {
        run(30);
        host.nanos += Duration.ofHours(1).toNanos();
        run(20);
        assertFalse(token.isCancelled());
        hold.look();
        run(50);
        assertFalse(token.isCancelled());
    }

    @Test
    void shouldEndWhenSomebodyElseTookTheBoardMeanwhile() {
        host.nanos += Duration.ofHours(1).toNanos();
        run(20);
        lease.isOwn = false;
        hold.look();
        assertTrue(token.isCancelled());
    }
}
