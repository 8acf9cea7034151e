// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.board.Clock;
import dev.hilda.agent.daemon.BenchConfiguration.Quarantine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Whether a board is fit for jobs. Several failures in a row by its own fault take it out of service; it comes back by
 * passing a probation, for which it gets a few tries a day, each after twice the time of the one before.
 */
final class BoardHealth {
    private static final Duration DAY = Duration.ofDays(1);

    private final Quarantine rules;
    private final Clock clock;
    private final Deque<Instant> tries = new ArrayDeque<>();
    private int failures;
    private Optional<String> reason = Optional.empty();
    private Instant nextTry = Instant.MIN;

    BoardHealth(Quarantine rules, Clock clock) {
        this.rules = rules;
        this.clock = clock;
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
        nextTry = clock.now().plus(backOff());
    }

    /** Why it is out of service; empty while it is in service. */
    synchronized Optional<String> reason() {
        return reason;
    }

    /** When a probation may be tried; empty while it is in service. */
    synchronized Optional<Instant> nextTry() {
        return reason.map(any -> nextTry);
    }

    /** Whether a probation is due now; if so, it counts as one of the day's. */
    synchronized boolean takeTry() {
        forgetOldTries();
        if (reason.isEmpty() || clock.now().isBefore(nextTry)) {
            return false;
        }
        if (tries.size() >= rules.tries()) {
            nextTry = tries.isEmpty() ? clock.now().plus(DAY) : tries.getFirst().plus(DAY);
            return false;
        }
        tries.addLast(clock.now());
        return true;
    }

    /** The probation was not passed. */
    synchronized void probationFailed(String why) {
        quarantine(why);
    }

    /** The probation was passed, or somebody who knows says that the board is well. */
    synchronized void released() {
        reason = Optional.empty();
        failures = 0;
    }

    private Duration backOff() {
        forgetOldTries();
        return rules.backOff().multipliedBy(1L << Math.min(tries.size(), 10));
    }

    private void forgetOldTries() {
        while (!tries.isEmpty() && !tries.getFirst().plus(DAY).isAfter(clock.now())) {
            tries.removeFirst();
        }
    }
}
