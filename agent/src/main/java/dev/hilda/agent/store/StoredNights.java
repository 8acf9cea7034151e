// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

/** Nights: what is planned is there before anything of it runs, and whoever judges a night does it once. */
public final class StoredNights {
    /** A board that has not run anything for so long is no part of its pool any more. */
    private static final Duration LATELY = Duration.ofDays(7);

    private final Database database;
    private final JobTable jobs;

    StoredNights(Database database) {
        this.database = database;
        this.jobs = new JobTable(database.dialect());
    }

    /** A board of a pool; one that is not present ran something of the pool within a week. */
    public record Member(String serial, boolean isPresent) {}

    /** A network in an earlier night; figures where it ran. */
    public record Past(Instant night, OptionalDouble accuracy, OptionalLong cyclesP50, String state) {}

    /** Whether an earlier night had something. */
    record Seen(Instant night, boolean had) {}

    /**
     * Plans a night: its jobs wait for their boards when this returns.
     *
     * @throws IllegalArgumentException when a bundle or a data set is not among the contents
     */
    public Night plan(NightPlan plan) {
        String id = UUID.randomUUID().toString();
        return attempt("plan the night", connection -> {
            NightTable.add(connection, database.dialect(), id, plan);
            for (int position = 0; position < plan.items().size(); position++) {
                NightPlan.Item item = plan.items().get(position);
                String job = UUID.randomUUID().toString();
                if (!StoredJobs.add(connection, database.dialect(), job, item.order())) {
                    throw StoredJobs.unknownContent(item.order());
                }
                NightTable.addItem(connection, id, position, job, item);
            }
            for (int index = 0; index < plan.broken().size(); index++) {
                NightTable.addBroken(
                        connection,
                        id,
                        plan.items().size() + index,
                        plan.broken().get(index));
            }
            return NightTable.find(connection, id).orElseThrow();
        });
    }

    public Optional<Night> find(String id) {
        return attempt("find a night", connection -> NightTable.find(connection, id));
    }

    /** The newest first, of one suite or of all. */
    public List<Night> list(Optional<String> suite, int limit) {
        return attempt("list nights", connection -> NightTable.list(connection, suite, limit));
    }

    /** What was planned, in that order. */
    public List<Night.Item> items(String id) {
        return attempt("read a night", connection -> NightTable.items(connection, id));
    }

    public Night.Progress progress(String id) {
        return Night.Progress.of(items(id));
    }

    /** Boards that take jobs of a pool, or did so within a week, those that are there and least worn first. */
    public List<Member> members(String pool) {
        return attempt(
                "look for the boards of pool " + pool,
                connection -> NightTable.members(connection, database.dialect(), pool, LATELY));
    }

    /** Whether a board takes jobs of any pool, on whatever bench of this store. */
    public boolean takesJobs(String serial) {
        return attempt("look for board " + serial, connection -> NightTable.takesJobs(connection, serial));
    }

    /**
     * Nights of a bench that may be judged: all of their jobs have ended. Jobs that wait when the deadline is over end here.
     */
    public List<Night> ended(String bench) {
        return attempt("look after nights", connection -> {
            List<Night> ended = new ArrayList<>();
            for (Night night : NightTable.unjudged(connection, bench)) {
                jobs.endLate(connection, night.id());
                if (NightTable.items(connection, night.id()).stream().allMatch(Night.Item::hasEnded)) {
                    ended.add(night);
                }
            }
            return ended;
        });
    }

    /** Whether this call, and no other, judged the night. */
    public boolean judge(String id, JudgedNight judged) {
        return attempt("judge a night", connection -> NightTable.judge(connection, database.dialect(), id, judged));
    }

    /** How a network did in the nights of this suite before, the newest first, at most so many. */
    public List<Past> past(Night night, String model, String dataSet, int nights) {
        return attempt(
                "read earlier nights",
                connection -> NightTable.past(connection, night, model, dataSet, night.plannedAt(), nights));
    }

    /**
     * Since which night each one has had something.
     *
     * @param what label of a state, or metric and label of a verdict: {@code accuracy worse}
     * @return the night itself where the one before had it not
     */
    public Instant since(Night night, String model, String what) {
        Instant since = night.plannedAt();
        for (Seen seen :
                attempt("read earlier nights", connection -> NightTable.seen(connection, night, model, what))) {
            if (!seen.had()) {
                break;
            }
            since = seen.night();
        }
        return since;
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
