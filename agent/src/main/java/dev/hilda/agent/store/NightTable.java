// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.verdict.Figures;
import dev.hilda.agent.verdict.MetricVerdict;
import dev.hilda.agent.verdict.PairedFigures;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The tables of nights, of their items, and of the verdicts on these, within a transaction of the caller's. */
final class NightTable {
    private static final String SELECT = "SELECT night_id, bench, suite, started_by, document, planned_at_ms,"
            + " deadline_ms, judged_at_ms, outcome, morning FROM night ";
    private static final String KEY = "(SELECT night_key FROM night WHERE night_id = ?)";

    private NightTable() {}

    static void add(Connection connection, Dialect dialect, String id, NightPlan plan) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO night (night_id, bench, suite,"
                + " started_by, document, planned_at_ms, deadline_ms) VALUES (?, ?, ?, ?, ?, " + dialect.now() + ", "
                + dialect.now() + " + ?)")) {
            insert.setString(1, id);
            insert.setString(2, plan.bench());
            insert.setString(3, plan.suite());
            insert.setString(4, plan.startedBy());
            insert.setString(5, plan.document());
            insert.setLong(6, plan.deadline().toMillis());
            insert.executeUpdate();
        }
    }

    static void addItem(Connection connection, String id, int position, String jobId, NightPlan.Item item)
            throws SQLException {
        JobOrder order = item.order();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO night_item (night_key, position,"
                + " job_id, model, data_set, wanted_board) VALUES (" + KEY + ", ?, ?, ?, ?, ?)")) {
            insert.setString(1, id);
            insert.setInt(2, position);
            insert.setString(3, jobId);
            insert.setString(4, order.name());
            insert.setString(5, item.dataSet());
            insert.setString(6, order.board().orElse(null));
            insert.executeUpdate();
        }
    }

    static void addBroken(Connection connection, String id, int position, NightPlan.Broken broken) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO night_item (night_key, position,"
                + " job_id, model, data_set, reason) VALUES (" + KEY + ", ?, '', ?, ?, ?)")) {
            insert.setString(1, id);
            insert.setInt(2, position);
            insert.setString(3, broken.model());
            insert.setString(4, broken.dataSet());
            insert.setString(5, broken.reason());
            insert.executeUpdate();
        }
    }

    static Optional<Night> find(Connection connection, String id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SELECT + "WHERE night_id = ?")) {
            query.setString(1, id);
            return Rows.list(query, NightTable::night).stream().findFirst();
        }
    }

    /** The newest first. */
    static List<Night> list(Connection connection, Optional<String> suite, int limit) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                SELECT + "WHERE (? IS NULL OR suite = ?) ORDER BY planned_at_ms DESC, night_key DESC LIMIT ?")) {
            query.setString(1, suite.orElse(null));
            query.setString(2, suite.orElse(null));
            query.setInt(3, limit);
            return Rows.list(query, NightTable::night);
        }
    }

    /** Those of a bench that nobody has judged, the oldest first. */
    static List<Night> unjudged(Connection connection, String bench) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(SELECT + "WHERE bench = ? AND judged_at_ms IS NULL ORDER BY night_key")) {
            query.setString(1, bench);
            return Rows.list(query, NightTable::night);
        }
    }

    private static Night night(ResultSet row) throws SQLException {
        OptionalLong judged = Rows.optionalLong(row, 8);
        return new Night(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(6)),
                Instant.ofEpochMilli(row.getLong(7)),
                judged.isPresent() ? Optional.of(Instant.ofEpochMilli(judged.getAsLong())) : Optional.empty(),
                Optional.ofNullable(row.getString(9)),
                Optional.ofNullable(row.getString(10)));
    }

    /** In the order of the plan. */
    static List<Night.Item> items(Connection connection, String id) throws SQLException {
        List<Night.Item> items = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT position, model, data_set, wanted_board, job_id, reason FROM night_item" + " WHERE night_key = "
                        + KEY + " ORDER BY position")) {
            query.setString(1, id);
            items.addAll(Rows.list(
                    query,
                    row -> new Night.Item(
                            row.getInt(1),
                            row.getString(2),
                            row.getString(3),
                            Optional.ofNullable(row.getString(4)),
                            row.getString(5),
                            Optional.empty(),
                            Optional.ofNullable(row.getString(6)))));
        }
        for (int index = 0; index < items.size(); index++) {
            Night.Item item = items.get(index);
            items.set(
                    index,
                    new Night.Item(
                            item.position(),
                            item.model(),
                            item.dataSet(),
                            item.wantedBoard(),
                            item.jobId(),
                            JobTable.find(connection, item.jobId()),
                            item.reason()));
        }
        return items;
    }

    /** Whether this call, and no other, judges the night. */
    static boolean judge(Connection connection, Dialect dialect, String id, JudgedNight judged) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE night SET outcome = ?, morning = ?,"
                + " judged_at_ms = " + dialect.now() + " WHERE night_id = ? AND judged_at_ms IS NULL")) {
            update.setString(1, judged.outcome());
            update.setString(2, judged.morning());
            update.setString(3, id);
            if (update.executeUpdate() == 0) {
                return false;
            }
        }
        for (JudgedNight.Item item : judged.items()) {
            update(connection, id, item);
            for (MetricVerdict verdict : item.verdicts()) {
                add(connection, id, item.position(), verdict);
            }
        }
        return true;
    }

    private static void update(Connection connection, String id, JudgedNight.Item item) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE night_item SET board = ?, state = ?,"
                + " reason = ?, run_id = ?, baseline_run_id = ?, accuracy = ?, cycles_p50 = ?, attempts = ?"
                + " WHERE night_key = " + KEY + " AND position = ?")) {
            update.setString(1, item.board().orElse(null));
            update.setString(2, item.state());
            update.setString(3, item.reason());
            update.setString(4, item.runId().orElse(null));
            update.setString(5, item.baselineRunId().orElse(null));
            set(update, 6, value(item.accuracy()));
            set(update, 7, item.cyclesP50().isPresent() ? item.cyclesP50().getAsLong() : null);
            update.setInt(8, item.attempts());
            update.setString(9, id);
            update.setInt(10, item.position());
            update.executeUpdate();
        }
    }

    private static void add(Connection connection, String id, int position, MetricVerdict verdict) throws SQLException {
        Optional<Figures> figures = verdict.figures();
        Optional<PairedFigures> paired = verdict.paired();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO verdict (night_key, position, metric,"
                + " verdict, reason, baseline_figure, figure, common_images, net_images, discordant_images,"
                + " difference_points, difference_low_points, difference_high_points, smallest_drop_points) VALUES ("
                + KEY + ", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, id);
            insert.setInt(2, position);
            insert.setString(3, verdict.metric());
            insert.setString(4, verdict.verdict().label());
            insert.setString(5, verdict.reason());
            set(insert, 6, figures.map(Figures::baseline).orElse(null));
            set(insert, 7, figures.map(Figures::candidate).orElse(null));
            set(insert, 8, paired.map(PairedFigures::commonImages).orElse(null));
            set(insert, 9, paired.map(PairedFigures::netImages).orElse(null));
            set(insert, 10, paired.map(PairedFigures::discordantImages).orElse(null));
            set(insert, 11, paired.map(PairedFigures::differencePoints).orElse(null));
            set(insert, 12, paired.map(PairedFigures::differenceLowPoints).orElse(null));
            set(insert, 13, paired.map(PairedFigures::differenceHighPoints).orElse(null));
            set(
                    insert,
                    14,
                    paired.map(PairedFigures::smallestDropPoints)
                            .map(NightTable::value)
                            .orElse(null));
            insert.executeUpdate();
        }
    }

    private static @Nullable Double value(OptionalDouble number) {
        return number.isPresent() ? number.getAsDouble() : null;
    }

    private static void set(PreparedStatement statement, int parameter, @Nullable Number value) throws SQLException {
        if (value == null) {
            statement.setNull(parameter, Types.NULL);
        } else {
            statement.setObject(parameter, value);
        }
    }

    /** How a network did on a data set in the nights of a suite, the newest first; of each night the first item that ran. */
    static List<StoredNights.Past> past(
            Connection connection, Night night, String model, String dataSet, Instant before, int nights)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT night.planned_at_ms, night_item.accuracy,"
                + " night_item.cycles_p50, night_item.state, night_item.position FROM night JOIN night_item"
                + " ON night_item.night_key = night.night_key WHERE bench = ? AND suite = ? AND model = ?"
                + " AND data_set = ? AND night.judged_at_ms IS NOT NULL AND night.planned_at_ms < ?"
                + " AND NOT EXISTS (SELECT 1 FROM night_item earlier WHERE earlier.night_key = night_item.night_key"
                + " AND earlier.model = night_item.model AND earlier.data_set = night_item.data_set"
                + " AND (CASE WHEN earlier.run_id IS NULL THEN 1 ELSE 0 END * 1000000 + earlier.position)"
                + " < (CASE WHEN night_item.run_id IS NULL THEN 1 ELSE 0 END * 1000000 + night_item.position))"
                + " ORDER BY night.planned_at_ms DESC LIMIT ?")) {
            query.setString(1, night.bench());
            query.setString(2, night.suite());
            query.setString(3, model);
            query.setString(4, dataSet);
            query.setLong(5, before.toEpochMilli());
            query.setInt(6, nights);
            return Rows.list(
                    query,
                    row -> new StoredNights.Past(
                            Instant.ofEpochMilli(row.getLong(1)),
                            optionalDouble(row, 2),
                            Rows.optionalLong(row, 3),
                            row.getString(4)));
        }
    }

    private static OptionalDouble optionalDouble(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** For each judged night before, the newest first: when it was planned, and whether something of a network was so. */
    static List<StoredNights.Seen> seen(Connection connection, Night night, String model, String what)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT night.planned_at_ms, MAX(CASE WHEN"
                + " night_item.model = ? AND (night_item.state = ? OR EXISTS (SELECT 1 FROM verdict"
                + " WHERE verdict.night_key = night_item.night_key AND verdict.position = night_item.position"
                + " AND verdict.metric || ' ' || verdict.verdict = ?)) THEN 1 ELSE 0 END)"
                + " FROM night JOIN night_item ON night_item.night_key = night.night_key"
                + " WHERE bench = ? AND suite = ? AND night.judged_at_ms IS NOT NULL AND night.planned_at_ms < ?"
                + " GROUP BY night.night_key, night.planned_at_ms ORDER BY night.planned_at_ms DESC LIMIT 400")) {
            query.setString(1, model);
            query.setString(2, what);
            query.setString(3, what);
            query.setString(4, night.bench());
            query.setString(5, night.suite());
            query.setLong(6, night.plannedAt().toEpochMilli());
            return Rows.list(
                    query, row -> new StoredNights.Seen(Instant.ofEpochMilli(row.getLong(1)), row.getInt(2) == 1));
        }
    }

    static boolean takesJobs(Connection connection, String serial) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM pool_board WHERE board = ?")) {
            query.setString(1, serial);
            return !Rows.list(query, row -> 1).isEmpty();
        }
    }

    /** Boards that take jobs of a pool, or did so lately, those that are there and least worn first. */
    static List<StoredNights.Member> members(Connection connection, Dialect dialect, String pool, Duration lately)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT board, MAX(present), COALESCE((SELECT"
                + " MAX(flash_sector.erases) FROM flash_sector JOIN board_flash"
                + " ON board_flash.unique_id = flash_sector.unique_id WHERE board_flash.board = known.board), 0) AS worn"
                + " FROM (SELECT board, 1 AS present FROM pool_board WHERE pool = ? UNION ALL"
                + " SELECT board, 0 AS present FROM job WHERE pool = ? AND board IS NOT NULL AND started_at_ms > "
                + dialect.now() + " - ?) known GROUP BY board ORDER BY 2 DESC, 3, 1")) {
            query.setString(1, pool);
            query.setString(2, pool);
            query.setLong(3, lately.toMillis());
            return Rows.list(query, row -> new StoredNights.Member(row.getString(1), row.getInt(2) == 1));
        }
    }
}
