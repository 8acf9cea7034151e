// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.result.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks after a store's file: copies it, checks it, and removes what is old. */
public final class StoreCare {
    private final Database database;

    StoreCare(Database database) {
        this.database = database;
    }

    /**
     * What a store holds.
     *
     * @param waiting results that no broker has
     */
    public record Content(long runs, long outcomes, long waiting) {}

    /** What is in it now. */
    public Content content() {
        return attempt("count what the store holds", () -> database.each(StoreCare::content));
    }

    private static Content content(Connection connection) throws SQLException {
        return new Content(
                count(connection, "SELECT COUNT(*) FROM run"),
                count(connection, "SELECT COUNT(*) FROM outcome"),
                OutboxTable.waiting(connection, Optional.empty()));
    }

    private static long count(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            return Rows.list(statement, row -> row.getLong(1)).get(0);
        }
    }

    /**
     * Writes a copy, complete and of one moment, while other programs go on.
     *
     * @param copy must not exist
     */
    public void backup(Path copy) {
        requireFile("back the store up to " + copy);
        if (Files.exists(copy)) {
            throw BenchFailure.of(FailureKind.STORE, "back the store up to " + copy)
                    .expected("a name that is free")
                    .actual("a file")
                    .remedy("name another file, for example with the date in it")
                    .failure();
        }
        attempt(
                "back the store up to " + copy,
                () -> database.each(connection -> {
                    try (PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
                        vacuum.setString(1, copy.toAbsolutePath().toString());
                        return vacuum.execute();
                    }
                }));
    }

    private void requireFile(String attempt) {
        if (database.address().file().isEmpty()) {
            throw BenchFailure.of(FailureKind.STORE, attempt)
                    .expected("a store in a file of this host's")
                    .actual("one at " + database.address())
                    .remedy("let who runs that server back it up, for example with pg_dump and pg_restore")
                    .failure();
        }
    }

    /**
     * Puts a copy in the place of a store that is not there.
     *
     * @param file of the store; must not exist
     * @param environment names the folder for the database driver's native part
     * @return what it holds
     * @throws BenchFailure of kind {@link FailureKind#STORE}; nothing is left then
     */
    public static Content restore(Path copy, Path file, String program, Map<String, String> environment) {
        String attempt = "restore the store " + file + " from " + copy;
        if (!Files.isRegularFile(copy) || Files.exists(file)) {
            throw BenchFailure.of(FailureKind.STORE, attempt)
                    .expected("a copy that hilda store backup wrote, and no store yet")
                    .actual(Files.exists(file) ? "a store at " + file : "no file " + copy)
                    .remedy("move what is there out of the way first: it is not overwritten")
                    .failure();
        }
        Path half = file.resolveSibling(file.getFileName() + ".restoring");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.deleteIfExists(half);
            Files.copy(copy, half);
            Content content;
            try (Database database = Database.open(StoreAddress.of(half), environment)) {
                Migrations.apply(database, program);
                StoreCare restored = new StoreCare(database);
                restored.requireSound();
                content = restored.content();
            }
            Files.move(half, file);
            return content;
        } catch (IOException | SQLException e) {
            throw BenchFailure.of(FailureKind.STORE, attempt)
                    .expected("a whole copy, and room for it")
                    .actual(String.valueOf(e.getMessage()))
                    .remedy("try another copy")
                    .cause(e)
                    .failure();
        } finally {
            removeHalf(half);
        }
    }

    private static void removeHalf(Path half) {
        for (String end : List.of("", "-wal", "-shm")) {
            try {
                Files.deleteIfExists(half.resolveSibling(half.getFileName() + end));
            } catch (IOException stays) {
                // The next restoration begins by removing it.
            }
        }
    }

    private void requireSound() {
        List<String> damages = verify();
        if (!damages.isEmpty()) {
            throw BenchFailure.of(FailureKind.STORE, "use the copy")
                    .expected("a store without damage")
                    .actual(damages.size() + " faults, the first: " + damages.get(0))
                    .remedy("try another copy")
                    .failure();
        }
    }

    /**
     * Looks for damage: of the file, between its tables, in its documents, and in the numbers of a bench.
     *
     * @return one line a fault; none when all is well
     */
    public List<String> verify() {
        return attempt(
                "verify the store",
                () -> database.transaction(connection -> {
                    List<String> faults = new ArrayList<>();
                    if (database.dialect() == Dialect.SQLITE) {
                        faults.addAll(fileFaults(connection)); // A server checks what belongs to what by itself.
                    }
                    faults.addAll(texts(
                            connection,
                            "SELECT 'bench ' || bench || ': number ' || MAX(bench_sequence) || ' was given, the last one is said to be '"
                                    + " || last FROM outbox JOIN bench_sequence USING (bench) GROUP BY bench, last"
                                    + " HAVING MAX(bench_sequence) > last"));
                    faults.addAll(texts(
                            connection,
                            "SELECT 'pool ' || pool || ': ' || COUNT(*) || ' jobs wait for fewer tickets' FROM job"
                                    + " WHERE state = 'QUEUED' GROUP BY pool HAVING COUNT(*) >"
                                    + " (SELECT COUNT(*) FROM scheduled_tasks WHERE task_name = pool)"));
                    faults.addAll(texts(
                            connection,
                            "SELECT 'content ' || sha256 || ': its pieces are not of its size' FROM content"
                                    + " WHERE complete = 1 AND size_bytes <> (SELECT COALESCE(SUM(LENGTH(bytes)), 0)"
                                    + " FROM content_chunk WHERE content_chunk.sha256 = content.sha256)"));
                    faults.addAll(documents(connection));
                    return faults;
                }));
    }

    private static List<String> fileFaults(Connection connection) throws SQLException {
        List<String> faults = new ArrayList<>();
        faults.addAll(texts(
                connection,
                "SELECT 'file: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'"));
        faults.addAll(texts(
                connection,
                "SELECT 'a row of ' || \"table\" || ' belongs to a row of ' || parent || ' that is gone'"
                        + " FROM pragma_foreign_key_check"));
        return faults;
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            return Rows.list(statement, row -> row.getString(1));
        }
    }

    private static List<String> documents(Connection connection) throws SQLException {
        List<String> faults = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT run_id, document FROM run")) {
            Rows.list(query, row -> {
                try {
                    String inside = Result.parse(row.getString(2)).run().runId();
                    if (!inside.equals(row.getString(1))) {
                        faults.add("run " + row.getString(1) + ": its document is of run " + inside);
                    }
                } catch (JsonProcessingException e) {
                    faults.add("run " + row.getString(1) + ": " + e.getOriginalMessage());
                }
                return faults;
            });
        }
        return faults;
    }

    /**
     * Removes runs that began before a time, with what their images came to, but for baselines and those that no
     * broker has; and jobs that ended before it.
     *
     * @param isDry only counts
     * @return how many runs
     */
    public long prune(Instant before, boolean isDry) {
        return attempt(
                "prune the store",
                () -> database.transaction(connection -> {
                    String old = " FROM run WHERE started_at_ms < " + before.toEpochMilli()
                            + " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.run_key = run.run_key AND sent_at_ms IS NULL)"
                            + " AND NOT EXISTS (SELECT 1 FROM baseline WHERE baseline.run_key = run.run_key)";
                    long runs = count(connection, "SELECT COUNT(*)" + old);
                    if (!isDry) {
                        database.dialect().lock(connection, Dialect.Lock.IMAGES);
                        try (Statement delete = connection.createStatement()) {
                            delete.executeUpdate("DELETE" + old);
                            delete.executeUpdate("DELETE FROM job WHERE ended_at_ms < " + before.toEpochMilli());
                            delete.executeUpdate("DELETE FROM night WHERE judged_at_ms < " + before.toEpochMilli());
                            delete.executeUpdate("DELETE FROM image WHERE NOT EXISTS"
                                    + " (SELECT 1 FROM outcome WHERE outcome.image_key = image.image_key)");
                        }
                    }
                    return runs;
                }));
    }

    /** A step with the database. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws SQLException;
    }

    private <T> T attempt(String what, Step<T> step) {
        try {
            return step.run();
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
