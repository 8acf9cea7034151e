// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.FlashWear;
import dev.hilda.agent.result.WornFlash;
import java.sql.SQLException;
import java.util.Optional;

/** The ledger in the store, each entry a transaction of its own. */
final class StoredFlashes implements FlashLedger {
    private final Database database;

    StoredFlashes(Database database) {
        this.database = database;
    }

    @Override
    public void add(String board, String serial, FlashWear wear) {
        attempt("note what was erased", connection -> {
            FlashTable.add(connection, board, serial, wear);
            return serial;
        });
    }

    @Override
    public Optional<String> held(String serial) {
        return attempt("look up what board " + serial + " holds", connection -> FlashTable.held(connection, serial));
    }

    @Override
    public void forget(String serial) {
        hold(serial, Optional.empty());
    }

    @Override
    public void hold(String serial, String firmwareSha256) {
        hold(serial, Optional.of(firmwareSha256));
    }

    private void hold(String serial, Optional<String> firmwareSha256) {
        attempt("note what board " + serial + " holds", connection -> {
            FlashTable.hold(connection, serial, firmwareSha256);
            return serial;
        });
    }

    @Override
    public Optional<WornFlash> worn(String serial) {
        return attempt("look up the wear of board " + serial, connection -> FlashTable.worn(connection, serial));
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
