// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.signature.SigningKey;
import dev.hilda.agent.signature.VerificationKey;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What trusted keys owe, whatever database they are in. */
abstract class KeysContract {
    private static final String WHO = "me@here";

    @TempDir
    protected Path folder;

    private final VerificationKey alice = SigningKey.generate().verification();
    private final VerificationKey bob = SigningKey.generate().verification();
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

    private List<String> keys() {
        return store.keys().list().keys().stream()
                .map(key -> key.name() + " " + key.key() + " " + key.isTrusted())
                .toList();
    }

    private <T> List<T> rows(String query, Rows.Row<T> row) throws SQLException {
        try (Database database = Database.open(address(), environment())) {
            return database.each(connection -> Rows.list(connection.prepareStatement(query), row));
        }
    }

    private static String refused(Executable step) {
        BenchFailure failure = assertThrows(BenchFailure.class, step);
        assertEquals(FailureKind.SIGNATURE, failure.kind());
        return failure.actual().orElseThrow();
    }

    @Test
    void shouldTrustAKeyUntilItIsRevokedAndNeverAgain() throws SQLException {
        assertFalse(store.keys().list().areRequired());
        store.keys().trust("alice", alice, WHO);
        store.keys().trust("bob", bob, WHO);
        assertEquals("that of alice", refused(() -> store.keys().trust("other", alice, WHO)));
        assertEquals(
                "there is one",
                refused(() -> store.keys().trust("bob", SigningKey.generate().verification(), WHO)));

        assertEquals(alice, store.keys().revoke("alice", WHO).key());
        assertEquals("none of that name", refused(() -> store.keys().revoke("alice", WHO)));
        assertEquals("one that was, as alice", refused(() -> store.keys().trust("alice", alice, WHO)));
        assertEquals(List.of("alice " + alice + " false", "bob " + bob + " true"), keys());

        VerificationKey next = SigningKey.generate().verification();
        store.keys().trust("alice", next, WHO);
        store.keys().revoke(bob.fingerprint().substring(0, 8), WHO);
        store.keys().revoke(next.fingerprint(), WHO);
        assertTrue(store.keys().list().areRequired(), "also without a trusted one");
        assertEquals(
                List.of(
                        "me@here trust key alice " + alice + " 200",
                        "me@here trust key bob " + bob + " 200",
                        "me@here revoke key alice " + alice + " 200",
                        "me@here trust key alice " + next + " 200",
                        "me@here revoke key bob " + bob + " 200",
                        "me@here revoke key alice " + next + " 200"),
                rows(
                        "SELECT caller || ' ' || action || ' ' || status FROM audit ORDER BY audit_key",
                        row -> row.getString(1)));
    }

    @Test
    void shouldTakeNoShortBeginningAndNoneOfNothing() {
        store.keys().trust("alice", alice, WHO);

        refused(() -> store.keys().revoke(alice.fingerprint().substring(0, 7), WHO));
        refused(() -> store.keys().revoke("", WHO));
        refused(() -> store.keys().revoke("%", WHO));
        assertEquals(List.of("alice " + alice + " true"), keys());
    }

    @Test
    void shouldForgetNoKey() {
        store.keys().trust("alice", alice, WHO);
        store.keys().revoke("alice", WHO);

        try (Database database = Database.open(address(), environment())) {
            for (String change : List.of("UPDATE trusted_key SET revoked_at_ms = NULL", "DELETE FROM trusted_key")) {
                SQLException refusal = assertThrows(
                        SQLException.class,
                        () -> database.transaction(connection -> {
                            try (Statement statement = connection.createStatement()) {
                                return statement.executeUpdate(change);
                            }
                        }));
                assertTrue(
                        String.valueOf(refusal.getMessage()).contains("stays revoked")
                                || String.valueOf(refusal.getMessage()).contains("never removed"),
                        refusal.toString());
            }
        }
    }

    /** What is no key is nobody's, and lets nothing in. */
    @Test
    void shouldRefuseADamagedKey() throws SQLException {
        store.keys().trust("alice", alice, WHO);
        try (Database database = Database.open(address(), environment())) {
            database.transaction(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.executeUpdate("UPDATE trusted_key SET public_key = 'noise'");
                }
            });
        }

        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> store.keys().list());

        assertEquals(FailureKind.STORE, failure.kind());
    }
}
