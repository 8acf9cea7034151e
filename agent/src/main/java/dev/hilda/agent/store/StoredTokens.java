// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.store;

import dev.hilda.agent.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Who may ask a bench what: tokens, of which only hashes are kept, and who has changed something. */
public final class StoredTokens {
    private static final int SECRET_BYTES = 32;

    private final Database database;
    private final SecureRandom random = new SecureRandom();

    StoredTokens(Database database) {
        this.database = database;
    }

    /**
     * A token without its secret.
     *
     * @param name of whoever has it
     * @param revokedAtMs when it was taken back
     */
    public record Summary(String name, String role, long createdAtMs, OptionalLong revokedAtMs) {
        public boolean isValid() {
            return revokedAtMs.isEmpty();
        }
    }

    /**
     * Makes a token.
     *
     * @param name that no valid token has; one that was revoked is replaced
     * @return the secret, which nobody can be told again; empty when there is a valid token of that name
     */
    public Optional<String> create(String name, String role) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return attempt("make a token", connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO token (name, role, sha256, created_at_ms) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (name) DO UPDATE SET role = excluded.role, sha256 = excluded.sha256,"
                            + " created_at_ms = excluded.created_at_ms, revoked_at_ms = NULL"
                            + " WHERE token.revoked_at_ms IS NOT NULL")) {
                insert.setString(1, name);
                insert.setString(2, role);
                insert.setString(3, hash(secret));
                insert.setLong(4, System.currentTimeMillis());
                return insert.executeUpdate() == 1 ? Optional.of(secret) : Optional.empty();
            }
        });
    }

    /** Takes a token back; false when there is no valid one of that name. */
    public boolean revoke(String name) {
        return attempt("revoke a token", connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE token SET revoked_at_ms = ? WHERE name = ? AND revoked_at_ms IS NULL")) {
                update.setLong(1, System.currentTimeMillis());
                update.setString(2, name);
                return update.executeUpdate() == 1;
            }
        });
    }

    /** The valid token with that secret. */
    public Optional<Summary> find(String secret) {
        return attempt("find a token", connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT name, role, created_at_ms, revoked_at_ms FROM token"
                            + " WHERE sha256 = ? AND revoked_at_ms IS NULL")) {
                query.setString(1, hash(secret));
                return summaries(query).stream().findFirst();
            }
        });
    }

    /** All, by name. */
    public List<Summary> list() {
        return attempt("list tokens", connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT name, role, created_at_ms, revoked_at_ms FROM token ORDER BY name")) {
                return summaries(query);
            }
        });
    }

    private static List<Summary> summaries(PreparedStatement query) throws SQLException {
        return Rows.list(query, row -> {
            long revoked = row.getLong(4);
            OptionalLong revokedAtMs = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(revoked);
            return new Summary(row.getString(1), row.getString(2), row.getLong(3), revokedAtMs);
        });
    }

    /**
     * Remembers for ever who has changed something.
     *
     * @param status how it ended, by RFC 9110
     */
    public void audit(String caller, String action, int status) {
        attempt("write the audit", connection -> {
            AuditTable.add(connection, caller, action, status);
            return true;
        });
    }

    private static String hash(String secret) {
        return Sha256.hex(secret.getBytes(StandardCharsets.UTF_8));
    }

    private <T> T attempt(String what, Database.Work<T> work) {
        try {
            return database.transaction(work);
        } catch (SQLException e) {
            throw database.failed(what, e);
        }
    }
}
