// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.WornFlash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables of what flash holds and has borne, within a transaction of the caller's. */
final class FlashTable {
    private FlashTable() {}

    /** Notes that the firmware which a job's run was with, if the board still holds it, is that of the job's bundle. */
    static void holdBundle(Connection connection, Result result, JobOrder order) throws SQLException {
        Optional<Object> firmware = result.fields().value("firmware_sha256");
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE board_flash SET bundle_sha256 = ? WHERE board = ? AND firmware_sha256 = ?")) {
            update.setString(1, order.bundleSha256());
            update.setString(2, result.run().boardSerial());
            update.setString(3, firmware.map(Object::toString).orElse(""));
            update.executeUpdate();
        }
    }

    /** Adds erases of a chip, which that board has from now on. */
    static void add(Connection connection, String profile, String serial, FlashWear wear) throws SQLException {
        if (wear.sectors().isEmpty()) {
            return;
        }
        try (PreparedStatement chip = connection.prepareStatement(
                "INSERT INTO chip (unique_id, board, board_serial, flash_endurance_cycles) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (unique_id) DO UPDATE SET board = excluded.board,"
                        + " board_serial = excluded.board_serial,"
                        + " flash_endurance_cycles = excluded.flash_endurance_cycles")) {
            chip.setString(1, wear.chip());
            chip.setString(2, profile);
            chip.setString(3, serial);
            chip.setLong(4, wear.enduranceCycles());
            chip.executeUpdate();
        }
        addSectors(connection, wear);
        try (PreparedStatement board =
                connection.prepareStatement("INSERT INTO board_flash (board, unique_id) VALUES (?, ?)"
                        + " ON CONFLICT (board) DO UPDATE SET unique_id = excluded.unique_id")) {
            board.setString(1, serial);
            board.setString(2, wear.chip());
            board.executeUpdate();
        }
    }

    private static void addSectors(Connection connection, FlashWear wear) throws SQLException {
        Map<Long, Long> counts = wear.sectors().stream()
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        try (PreparedStatement sector =
                connection.prepareStatement("INSERT INTO flash_sector (unique_id, sector_address, erases)"
                        + " VALUES (?, ?, ?) ON CONFLICT (unique_id, sector_address)"
                        + " DO UPDATE SET erases = flash_sector.erases + excluded.erases")) {
            for (Map.Entry<Long, Long> each : counts.entrySet()) {
                sector.setString(1, wear.chip());
                sector.setLong(2, each.getKey());
                sector.setLong(3, each.getValue());
                sector.addBatch();
            }
            sector.executeBatch();
        }
    }

    /** The sector of a board's chip that was erased most often, the first of several. */
    static Optional<WornFlash> worn(Connection connection, String serial) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT chip.unique_id, sector_address, erases,"
                + " flash_endurance_cycles FROM board_flash JOIN chip ON chip.unique_id = board_flash.unique_id"
                + " JOIN flash_sector ON flash_sector.unique_id = chip.unique_id WHERE board_flash.board = ?"
                + " ORDER BY erases DESC, sector_address LIMIT 1")) {
            query.setString(1, serial);
            List<WornFlash> found = Rows.list(
                    query, row -> new WornFlash(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4)));
            return found.stream().findFirst();
        }
    }

    static Optional<String> held(Connection connection, String serial) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT firmware_sha256 FROM board_flash WHERE board = ? AND firmware_sha256 IS NOT NULL")) {
            query.setString(1, serial);
            return Rows.list(query, row -> row.getString(1)).stream().findFirst();
        }
    }

    /**
     * Notes what a board holds.
     *
     * @param firmwareSha256 empty where nobody knows
     */
    static void hold(Connection connection, String serial, Optional<String> firmwareSha256) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO board_flash (board, firmware_sha256) VALUES (?, ?) ON CONFLICT (board) DO UPDATE"
                        + " SET firmware_sha256 = excluded.firmware_sha256, bundle_sha256 = NULL")) {
            upsert.setString(1, serial);
            upsert.setString(2, firmwareSha256.orElse(null));
            upsert.executeUpdate();
        }
    }
}
