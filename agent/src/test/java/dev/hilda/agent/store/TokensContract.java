// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tokens and the audit owe, whatever database they are in. */
abstract class TokensContract {
    @TempDir
    protected Path folder;

    private Store store;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    @BeforeEach
    void begin() {
        store = Store.open(address(), "hilda 9.8.7", environment(), remark -> {});
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void shouldKnowATokenUntilItIsRevoked() {
        StoredTokens tokens = store.tokens();
        String secret = tokens.create("ci", "submit").orElseThrow();

        assertEquals(Optional.of("submit"), tokens.find(secret).map(StoredTokens.Summary::role));
        assertEquals(Optional.empty(), tokens.find(secret + "x"));
        assertEquals(Optional.empty(), tokens.create("ci", "approve"), "the name is taken");
        assertTrue(tokens.revoke("ci"));
        assertFalse(tokens.revoke("ci"));
        assertEquals(Optional.empty(), tokens.find(secret));

        String next = tokens.create("ci", "read").orElseThrow();
        assertEquals(Optional.of("read"), tokens.find(next).map(StoredTokens.Summary::role));
        assertEquals(Optional.empty(), tokens.find(secret));
        assertEquals(
                List.of("ci read true"),
                tokens.list().stream()
                        .map(token -> token.name() + " " + token.role() + " " + token.isValid())
                        .toList());
    }

    /** Who reads the store cannot ask in another's name. */
    @Test
    void shouldKeepNoSecret() throws SQLException {
        String secret = store.tokens().create("ci", "submit").orElseThrow();

        try (Database database = Database.open(address(), environment())) {
            List<String> kept = database.each(connection -> Rows.list(
                    connection.prepareStatement("SELECT name || role || sha256 FROM token"), row -> row.getString(1)));

            assertEquals(1, kept.size());
            assertFalse(kept.toString().contains(secret));
        }
    }

    @Test
    void shouldNeverForgetWhatWasDone() {
        store.tokens().audit("ci", "POST /v1/jobs", 201);

        try (Database database = Database.open(address(), environment())) {
            for (String change : List.of("UPDATE audit SET caller = 'somebody'", "DELETE FROM audit")) {
                SQLException refusal = assertThrows(
                        SQLException.class,
                        () -> database.transaction(connection -> {
                            try (Statement statement = connection.createStatement()) {
                                return statement.executeUpdate(change);
                            }
                        }));
                assertTrue(String.valueOf(refusal.getMessage()).contains("append-only"), refusal.toString());
            }
        }
    }
}
