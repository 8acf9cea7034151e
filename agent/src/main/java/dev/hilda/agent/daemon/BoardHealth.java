// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.daemon.BenchConfiguration.Quarantine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a board is fit for jobs. Several failures in a row by its own fault take it out of service; it comes back by
 * passing a probation, for which it gets a few tries a day, each after twice the time of the one before that failed.
 */
final class BoardHealth {
    private static final int MOST_DOUBLINGS = 10;

    private final Quarantine rules;
    private final Clock clock;
    private final DailyBudget tries;
    private int failures;
    private int failedTries;
    private Optional<String> reason = Optional.empty();
    private long outSinceNanos;
    private Duration wait = Duration.ZERO;

    BoardHealth(Quarantine rules, Clock clock) {
        this.rules = rules;
        this.clock = clock;
        this.tries = new DailyBudget(rules.tries(), clock);
    }

    /** A job came to its end, whatever it measured. */
    synchronized void worked() {
        failures = 0;
    }

    /** A job failed by the board's fault, and the board answers again. */
    synchronized void failed(String why) {
        failures++;
        if (failures >= rules.failures()) {
            quarantine(failures == 1 ? why : failures + " failures in a row, the last: " + why);
        }
    }

    /** The board does not answer any more, whatever was done. */
    synchronized void lost(String why) {
        quarantine(why);
    }

    private void quarantine(String why) {
        reason = Optional.of(why);
        waitFrom(rules.backOff().multipliedBy(1L << Math.min(failedTries, MOST_DOUBLINGS)));
    }

    private void waitFrom(Duration duration) {
        outSinceNanos = clock.nanoTime();
        wait = duration;
    }

    /** Why it is out of service; empty while it is in service. */
    synchronized Optional<String> reason() {
        return reason;
    }

    /** When a probation may be tried, by the time of day as it is now; empty while it is in service. */
    synchronized Optional<Instant> nextTry() {
        return reason.map(any -> clock.now().plus(wait).minus(clock.since(outSinceNanos)));
    }

    /** Whether a probation is due now; if so, it counts as one of the day's. */
    synchronized boolean takeTry() {
        if (reason.isEmpty() || clock.since(outSinceNanos).compareTo(wait) < 0) {
            return false;
        }
        if (!tries.spend()) {
            waitFrom(tries.untilNext());
            return false;
        }
        return true;
    }

    /** The probation was not passed. */
    synchronized void probationFailed(String why) {
        failedTries++;
        quarantine(why);
    }

    /** The probation was passed, or somebody who knows says that the board is well. */
    synchronized void released() {
        reason = Optional.empty();
        failures = 0;
        failedTries = 0;
    }
}
