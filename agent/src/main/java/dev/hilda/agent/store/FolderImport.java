// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.result.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Takes over what earlier programs left as files beside the store: {@code results/*.json}, and {@code outbox/*.json} in
 * the order of their names, which is that of their waiting. The files move to {@code imported/}.
 */
final class FolderImport {
    private final Database database;
    private final Path folder;
    private final Consumer<String> remarks;

    FolderImport(Database database, Path file, Consumer<String> remarks) {
        this.database = database;
        this.folder = file.toAbsolutePath().resolveSibling(".").normalize();
        this.remarks = remarks;
    }

    void run() throws SQLException {
        int results = take("results", FolderImport::add);
        int waiting = take("outbox", FolderImport::queue);
        if (results + waiting > 0) {
            remarks.accept("took over " + results + " results and " + waiting + " that wait for a broker from files in "
                    + folder + "; they lie in " + folder.resolve("imported") + " now");
        }
    }

    /** Adds a result. */
    @FunctionalInterface
    private interface Adder {
        void add(Connection connection, Result result) throws SQLException;
    }

    private static void add(Connection connection, Result result) throws SQLException {
        if (RunTable.find(connection, result.run().runId()).isEmpty()) {
            RunTable.add(connection, result, List.of());
        }
    }

    /** One that waits is among the results too, without a number: it gets one with its place in the outbox. */
    private static void queue(Connection connection, Result result) throws SQLException {
        String bench = result.run().bench();
        OptionalLong known = RunTable.find(connection, result.run().runId());
        if (known.isPresent()) {
            RunTable.remove(connection, known.getAsLong());
        }
        long number = OutboxTable.takeNumber(connection, bench);
        long run = RunTable.add(connection, result.withRun(result.run().numbered(number)), List.of());
        OutboxTable.add(connection, bench, number, run, OptionalLong.empty());
    }

    private int take(String name, Adder adder) throws SQLException {
        List<Path> files = files(folder.resolve(name));
        if (files.isEmpty()) {
            return 0;
        }
        int taken = database.transaction(connection -> {
            int added = 0;
            for (Path file : files) {
                added += take(connection, file, adder) ? 1 : 0;
            }
            return added;
        });
        move(files, folder.resolve("imported").resolve(name));
        return taken;
    }

    private boolean take(Connection connection, Path file, Adder adder) throws SQLException {
        try {
            adder.add(connection, Result.parse(Files.readString(file)));
            return true;
        } catch (IOException damaged) {
            remarks.accept(file + " is no result and was not taken over: " + damaged.getMessage());
            return false;
        }
    }

    /** That a file stays where it was is no harm: its run is known then. */
    private void move(List<Path> files, Path to) {
        try {
            Files.createDirectories(to);
            for (Path file : files) {
                Files.move(file, to.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            remarks.accept("files taken over into the store could not be moved to " + to + ": " + e);
        }
    }

    private static List<Path> files(Path from) {
        if (!Files.isDirectory(from)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(from)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList());
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
