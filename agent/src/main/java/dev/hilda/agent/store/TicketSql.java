// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

/** The scheduler of one board sees tickets of its pool only, while its board is free and a job waits that it may run. */
final class TicketSql extends SchedulerSql {

    TicketSql(Dialect dialect, PoolChoice choice) {
        super(
                dialect,
                "task_name = " + choice.pool() + " AND NOT " + StoredLeases.isHeld(dialect, choice.board())
                        + " AND (EXISTS (SELECT 1 FROM job WHERE " + choice.mayRun()
                        + ") OR NOT EXISTS (SELECT 1 FROM job WHERE pool = " + choice.pool()
                        + " AND state = 'QUEUED'))");
    }
}
