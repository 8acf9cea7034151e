// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tokens and the audit promise on every database. */
@Timeout(120)
abstract class TokensContract {
    @TempDir
    protected Path folder;

    private Store store;
    private StoredTokens tokens;

    /** The one database of this test. */
    protected abstract StoreAddress address();

    private Map<String, String> environment() {
        return Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    @BeforeEach
    void open() {
        store = Store.open(address(), "hilda 9.8.7", environment(), remark -> {});
        tokens = store.tokens();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Optional<String> roleOf(String secret) {
        return tokens.find(secret).map(StoredTokens.Summary::role);
    }

    @Test
    void shouldKnowATokenUntilItIsRevoked() {
        String secret = tokens.create("alice", "submit").orElseThrow();
        assertEquals(Optional.of("submit"), roleOf(secret));
        assertEquals(Optional.empty(), roleOf(secret + "x"));
        assertEquals(Optional.empty(), tokens.create("alice", "approve"), "there is a valid one");
        assertTrue(tokens.revoke("alice"));
        assertEquals(Optional.empty(), roleOf(secret));
        assertTrue(!tokens.revoke("alice") && !tokens.revoke("bob"));
        String next = tokens.create("alice", "read").orElseThrow();
        assertEquals(Optional.of("read"), roleOf(next));
        assertEquals(Optional.empty(), roleOf(secret));
        assertEquals(
                List.of("alice"),
                tokens.list().stream().map(StoredTokens.Summary::name).toList());
    }

    @Test
    void shouldKeepTheAuditAsItIs() throws Exception {
        tokens.audit("alice", "DELETE /jobs/1", 204);
        try (Database database = Database.open(address(), environment())) {
            for (String change : List.of("UPDATE audit SET caller = 'bob'", "DELETE FROM audit")) {
                SQLException refused = assertThrows(
                        SQLException.class,
                        () -> database.each(connection -> {
                            try (Statement statement = connection.createStatement()) {
                                return statement.executeUpdate(change);
                            }
                        }));
                assertTrue(refused.toString().contains("append-only"), refused::toString);
            }
        }
    }
}
