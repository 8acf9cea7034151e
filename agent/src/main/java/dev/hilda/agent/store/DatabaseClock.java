// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.github.kagkarlsson.scheduler.Clock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database's clock, for schedulers: with the hosts' own, one would take another's job for dead that is not. Asked once
 * a second; between, and while the database is away, this host's monotonic clock goes on from there.
 */
final class DatabaseClock implements Clock {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseClock.class);
    private static final Duration TRUSTED = Duration.ofSeconds(1);

    private final Database database;
    private long askedAtNanos;
    private long answeredMs;

    /** Asks the time. */
    DatabaseClock(Database database) throws SQLException {
        this.database = database;
        ask();
    }

    @Override
    public synchronized Instant now() {
        if (System.nanoTime() - askedAtNanos > TRUSTED.toNanos()) {
            try {
                ask();
            } catch (SQLException e) {
                LOG.debug("the database's clock was not reached", e);
            }
        }
        return Instant.ofEpochMilli(answeredMs + (System.nanoTime() - askedAtNanos) / 1_000_000);
    }

    private synchronized void ask() throws SQLException {
        long before = System.nanoTime();
        answeredMs = database.nowMs();
        askedAtNanos = before + (System.nanoTime() - before) / 2;
    }
}
