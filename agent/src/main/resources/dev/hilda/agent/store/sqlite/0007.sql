-- Runs that later ones are held against, until another is promoted; store prune leaves them.
CREATE TABLE baseline (
    bench TEXT NOT NULL,
    board TEXT NOT NULL,
    subject TEXT NOT NULL,
    data_sha256 TEXT NOT NULL,
    run_key BIGINT NOT NULL REFERENCES run (run_key),
    promoted_at_ms BIGINT NOT NULL,
    promoted_by TEXT NOT NULL,
    PRIMARY KEY (bench, board, subject, data_sha256)
);
CREATE INDEX baseline_by_run ON baseline (run_key);

CREATE VIEW v_baselines AS
    SELECT baseline.bench, baseline.board, baseline.subject, baseline.data_sha256, run.run_id, run.started_at_ms,
           baseline.promoted_at_ms, baseline.promoted_by
    FROM baseline JOIN run ON run.run_key = baseline.run_key;
