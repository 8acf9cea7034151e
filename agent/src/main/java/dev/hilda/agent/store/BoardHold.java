// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.jobs.Lease;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the lease of a board while a job runs there, and ends the run when the lease or the job is lost. */
final class BoardHold {
    private static final Logger LOG = LoggerFactory.getLogger(BoardHold.class);

    /** So often it is renewed before it would end. */
    private static final int RENEWALS = 6;

    private final Lease lease;
    private final CancelToken token;
    private final Duration duration;
    private final BooleanSupplier isToStop;
    private final Clock clock;
    private volatile long renewedAtNanos;

    /**
     * With a lease that was taken.
     *
     * @param clock that stands still while this process is stopped, after which it has time to renew the lease
     * @param takenAtNanos by that clock, not later than the database began to count
     * @param isToStop whether the job is cancelled or lost
     */
    BoardHold(
            Lease lease,
            Clock clock,
            long takenAtNanos,
            CancelToken token,
            Duration duration,
            BooleanSupplier isToStop) {
        this.lease = lease;
        this.clock = clock;
        this.renewedAtNanos = takenAtNanos;
        this.token = token;
        this.duration = duration;
        this.isToStop = isToStop;
    }

    /** Renews the lease where it is time, and looks after the job. */
    void look() {
        try {
            long now = clock.nanoTime();
            if (now - renewedAtNanos > duration.dividedBy(RENEWALS).toNanos()) {
                if (lease.renew(duration)) {
                    renewedAtNanos = now;
                } else {
                    cancel();
                }
            }
            if (isToStop.getAsBoolean()) {
                cancel();
            }
        } catch (RuntimeException e) {
            LOG.warn("the lease of board {} was not renewed", lease.board(), e);
        }
    }

    /** Ends the run when the lease has not been renewed for as long as it lasts: somebody else may have the board. */
    void expire() {
        if (clock.nanoTime() - renewedAtNanos > duration.toNanos()) {
            cancel();
        }
    }

    void cancel() {
        token.cancel();
    }
}
