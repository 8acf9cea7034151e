// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.signature.TrustedKeys;
import dev.hilda.agent.signature.VerificationKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** The keys that a bench trusts. Who changes them is in the audit, by the same transaction. */
public final class StoredKeys {
    private static final int OK = 200;
    private static final int SHORTEST = 8;

    private final Database database;

    StoredKeys(Database database) {
        this.database = database;
    }

    /**
     * Trusts a key.
     *
     * @param who does it
     * @throws BenchFailure of kind {@link FailureKind#SIGNATURE} when the key was revoked, or it or the name is known
     */
    public void trust(String name, VerificationKey key, String who) {
        attempt("trust a key", connection -> {
            for (TrustedKeys.Entry known : read(connection).keys()) {
                requireOther(known, name, key);
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO trusted_key (fingerprint, name, public_key, trusted_at_ms) VALUES (?, ?, ?, ?)")) {
                insert.setString(1, key.fingerprint());
                insert.setString(2, name);
                insert.setString(3, key.text());
                insert.setLong(4, System.currentTimeMillis());
                insert.executeUpdate();
            }
            AuditTable.add(connection, who, "trust key " + name + " " + key.fingerprint(), OK);
            return true;
        });
    }

    private static void requireOther(TrustedKeys.Entry known, String name, VerificationKey key) {
        boolean isSame = known.key().fingerprint().equals(key.fingerprint());
        if (isSame && !known.isTrusted()) {
            throw refused("trust the key " + name, "a key that was never revoked", "one that was, as " + known.name())
                    .remedy("make a new one: hilda key create")
                    .failure();
        }
        if (isSame) {
            throw refused("trust the key " + name, "another key than those trusted", "that of " + known.name())
                    .remedy("nothing is left to do; hilda key list shows it")
                    .failure();
        }
        if (known.isTrusted() && known.name().equals(name)) {
            throw refused("trust the key " + name, "a name that no trusted key has", "there is one")
                    .remedy("choose another with --name, or hilda key revoke " + name + " first")
                    .failure();
        }
    }

    /**
     * Takes trust back, for ever.
     *
     * @param which the name of a trusted key, or the beginning of its fingerprint
     * @throws BenchFailure of kind {@link FailureKind#SIGNATURE} when it is none of them, or of several
     */
    public TrustedKeys.Entry revoke(String which, String who) {
        return attempt("revoke a key", connection -> {
            TrustedKeys.Entry key = named(read(connection).keys(), which);
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE trusted_key SET revoked_at_ms = ? WHERE fingerprint = ?")) {
                update.setLong(1, System.currentTimeMillis());
                update.setString(2, key.key().fingerprint());
                update.executeUpdate();
            }
            AuditTable.add(
                    connection,
                    who,
                    "revoke key " + key.name() + " " + key.key().fingerprint(),
                    OK);
            return key;
        });
    }

    private static TrustedKeys.Entry named(List<TrustedKeys.Entry> keys, String which) {
        String beginning = which.toLowerCase(Locale.ROOT);
        List<TrustedKeys.Entry> trusted =
                keys.stream().filter(TrustedKeys.Entry::isTrusted).toList();
        List<TrustedKeys.Entry> found =
                trusted.stream().filter(key -> key.name().equals(which)).toList();
        if (found.isEmpty() && beginning.length() >= SHORTEST) {
            found = trusted.stream()
                    .filter(key -> key.key().fingerprint().startsWith(beginning))
                    .toList();
        }
        if (found.size() != 1) {
            throw refused(
                            "revoke the key " + which,
                            "the name of a trusted key, or " + SHORTEST + " digits or more of its fingerprint",
                            found.isEmpty() ? "none of that name" : "what " + found.size() + " keys begin with")
                    .remedy("hilda key list shows them")
                    .failure();
        }
        return found.get(0);
    }

    /** All that a bench has ever trusted, by name. */
    public TrustedKeys list() {
        return attempt("read the trusted keys", StoredKeys::read);
    }

    private static TrustedKeys read(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT name, public_key, trusted_at_ms, revoked_at_ms FROM trusted_key ORDER BY name, fingerprint")) {
            return new TrustedKeys(Rows.list(query, StoredKeys::entry));
        }
    }

    private static TrustedKeys.Entry entry(ResultSet row) throws SQLException {
        try {
            return new TrustedKeys.Entry(
                    row.getString(1),
                    VerificationKey.parse(row.getString(2)),
                    row.getLong(3),
                    Rows.optionalLong(row, 4));
        } catch (IllegalArgumentException e) {
            throw BenchFailure.of(FailureKind.STORE, "read the trusted keys")
                    .expected("the public key of " + row.getString(1))
                    .actual(String.valueOf(e.getMessage()))
                    .remedy("look for damage with hilda store verify; until then no bundle is run")
                    .failure();
        }
    }

    private static BenchFailure.Builder refused(String attempted, String expected, String actual) {
        return BenchFailure.of(FailureKind.SIGNATURE, attempted)
                .expected(expected)
                .actual(actual);
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
