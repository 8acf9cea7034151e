-- The latest time that the database's clock has shown, one row: who sees an earlier one knows that it was set back.
CREATE TABLE clock (
    latest_ms BIGINT NOT NULL
);
INSERT INTO clock VALUES (0);
