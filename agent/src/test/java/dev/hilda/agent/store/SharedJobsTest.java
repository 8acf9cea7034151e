// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;

/** On one SQLite file. */
class SharedJobsTest extends SharedJobsContract {
    @Override
    protected Store open() {
        return Store.open(
                folder.resolve("hilda.db"),
                "hilda 9.8.7",
                Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                remark -> {});
    }

    @Override
    protected String address() {
        return folder.resolve("hilda.db").toString();
    }

    @Override
    protected int staleResults() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + address());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT SUM(stale_results) FROM v_jobs")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
