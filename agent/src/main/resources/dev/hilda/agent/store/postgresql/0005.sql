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
CREATE FUNCTION refuse_key_change() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''trusted keys are revoked, never removed; a revoked key stays revoked''; END';
CREATE TRIGGER trusted_key_is_not_forgotten BEFORE DELETE OR TRUNCATE ON trusted_key
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_key_change();
CREATE TRIGGER trusted_key_stays_revoked BEFORE UPDATE ON trusted_key
    FOR EACH ROW WHEN (OLD.revoked_at_ms IS NOT NULL) EXECUTE FUNCTION refuse_key_change();
