// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.jobs.Lease;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.run.BoardAccess;
import dev.hilda.agent.run.RunRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Boards shared with an agent that has the same store: a run takes the lease that a job takes. A board that was reserved is
 * for whoever reserved it.
 *
 * @param program in the lease, for others
 * @param names under which this user may have reserved a board
 */
record LeasedBoards(Leases leases, String program, Set<String> names) implements BoardAccess {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedBoards.class);
    private static final String PURPOSE = "run";
    private static final String PROGRAM = "hilda ";
    private static final String BY = " of ";
    private static final Pattern HOLDER = Pattern.compile(PROGRAM + "(\\d{1,18})(" + BY + ".+)");
    private static final Duration TERM = Duration.ofMinutes(1);
    private static final Duration RENEWAL = Duration.ofSeconds(10);

    /** For a program of this user. */
    static LeasedBoards of(Leases leases) {
        String user = System.getProperty("user.name", "");
        String program = PROGRAM + ProcessHandle.current().pid() + BY + user + "@" + BoardOptions.hostName();
        return new LeasedBoards(leases, program, Set.of(user, RunningAgent.ownName()));
    }

    @Override
    public Hold take(RunRequest request, CancelToken cancel) {
        String serial = request.board().stLinkSerial();
        leases.holder(serial).filter(this::isOfAKilledProgram).ifPresent(Lease::release);
        Optional<Lease> taken = leases.take(serial, program, PURPOSE, TERM);
        if (taken.isPresent()) {
            return renewed(taken.get(), cancel);
        }
        Lease other = leases.holder(serial).orElseThrow(() -> used(request, "somebody else"));
        if (other.purpose().equals(Lease.RESERVATION) && names.contains(other.holder())) {
            return () -> {};
        }
        if (other.holder().equals(program)) {
            return renewed(other, cancel);
        }
        throw used(request, describe(other));
    }

    /** One of this host and user that could not give the board back. */
    private boolean isOfAKilledProgram(Lease lease) {
        Matcher holder = HOLDER.matcher(lease.holder());
        return holder.matches()
                && program.endsWith(holder.group(2))
                && lease.purpose().equals(PURPOSE)
                && ProcessHandle.of(Long.parseLong(holder.group(1))).isEmpty();
    }

    private static String describe(Lease lease) {
        String why = lease.text().isEmpty() ? "" : ", \"" + lease.text() + "\"";
        return lease.holder() + " has it for a " + lease.purpose() + why + " until "
                + Instant.ofEpochMilli(lease.expiresAtMs());
    }

    private static BenchFailure used(RunRequest request, String actual) {
        return BenchFailure.of(FailureKind.BENCH, "take the board")
                .board(request.boardName())
                .expected("a board that nobody uses")
                .actual(actual)
                .remedy("wait, submit a job with hilda submit, or hilda board reserve "
                        + request.board().stLinkSerial() + " --for 1h --why TEXT")
                .failure();
    }

    /** While the store is away nobody else gets the board either; the next time may succeed. */
    private static void renew(Lease lease, CancelToken cancel) {
        try {
            if (!lease.renew(TERM)) {
                cancel.cancel();
            }
        } catch (BenchFailure away) {
            LOG.warn("the lease of {} was not renewed: {}", lease.board(), away.getMessage());
        }
    }

    private static Hold renewed(Lease lease, CancelToken cancel) {
        ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
        });
        Future<?> unused = renewal.scheduleWithFixedDelay(
                () -> renew(lease, cancel), RENEWAL.toMillis(), RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
        return () -> {
            renewal.shutdownNow();
            lease.release();
        };
    }
}
