-- Whose bundles are run. Rows are never removed: a bench that has trusted a key takes no unsigned bundles any more.
CREATE TABLE trusted_key (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    trusted_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT
);
CREATE UNIQUE INDEX trusted_key_by_name ON trusted_key (name) WHERE revoked_at_ms IS NULL;
-- In the words of this database:
CREATE TRIGGER trusted_key_is_not_forgotten BEFORE DELETE ON trusted_key
BEGIN
    SELECT RAISE(ABORT, 'trusted keys are revoked, never removed');
END;
CREATE TRIGGER trusted_key_stays_revoked BEFORE UPDATE ON trusted_key WHEN OLD.revoked_at_ms IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a revoked key stays revoked');
END;
