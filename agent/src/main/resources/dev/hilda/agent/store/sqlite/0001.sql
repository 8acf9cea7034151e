-- Runs with their documents, what each image came to, and what no broker has yet.
-- Columns that bear the name of a field of the result document hold that field; the document is the truth.
CREATE TABLE run (
    run_key INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    schema TEXT NOT NULL,
    started_at_ms BIGINT NOT NULL,
    subject TEXT NOT NULL,
    bench TEXT NOT NULL,
    board TEXT NOT NULL,
    board_serial TEXT NOT NULL,
    timing TEXT NOT NULL,
    passed SMALLINT NOT NULL,
    complete SMALLINT NOT NULL,
    failure_kind TEXT,
    run_host_ms BIGINT,
    unique_id TEXT,
    chip_revision TEXT,
    model_hash TEXT,
    bundle_sha256 TEXT,
    data_sha256 TEXT,
    data_set TEXT,
    metric TEXT,
    images BIGINT,
    parity_matched BIGINT,
    accuracy_top1 DOUBLE PRECISION,
    cycles_p50 BIGINT,
    latency_us_p50 DOUBLE PRECISION,
    flash_bytes BIGINT,
    flash_sectors_erased BIGINT,
    ram_peak_bytes BIGINT,
    hilda_version TEXT,
    document TEXT NOT NULL
);
CREATE INDEX run_by_time ON run (started_at_ms);
CREATE INDEX run_by_subject ON run (subject, board_serial, started_at_ms);

-- An image is the same in every run whose data set prepares it alike.
CREATE TABLE image (
    image_key INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE
);

CREATE TABLE outcome (
    run_key BIGINT NOT NULL REFERENCES run (run_key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    image_key BIGINT NOT NULL REFERENCES image (image_key),
    label INTEGER,
    prediction INTEGER,
    correct SMALLINT,
    matched SMALLINT NOT NULL,
    PRIMARY KEY (run_key, position)
) WITHOUT ROWID;
CREATE INDEX outcome_by_image ON outcome (image_key);

-- What is to be published, numbered without gaps within a bench.
CREATE TABLE outbox (
    bench TEXT NOT NULL,
    bench_sequence BIGINT NOT NULL,
    run_key BIGINT NOT NULL UNIQUE REFERENCES run (run_key) ON DELETE CASCADE,
    sent_at_ms BIGINT,
    PRIMARY KEY (bench, bench_sequence)
);
CREATE INDEX outbox_by_sending ON outbox (sent_at_ms, run_key);

CREATE TABLE bench_sequence (
    bench TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE VIEW v_runs AS
    SELECT run.run_id, run.started_at_ms, run.subject, run.bench, run.board, run.board_serial, run.timing,
           run.passed, run.complete, run.failure_kind, run.run_host_ms, run.unique_id, run.chip_revision,
           run.model_hash, run.bundle_sha256, run.data_sha256, run.data_set, run.metric, run.images,
           run.parity_matched, run.accuracy_top1, run.cycles_p50, run.latency_us_p50, run.flash_bytes,
           run.flash_sectors_erased, run.ram_peak_bytes, run.hilda_version, outbox.bench_sequence, outbox.sent_at_ms
    FROM run LEFT JOIN outbox ON outbox.run_key = run.run_key;

CREATE VIEW v_boards AS
    SELECT run.bench, run.board, run.board_serial, MAX(run.unique_id) AS unique_id, COUNT(*) AS runs,
           SUM(run.passed) AS passed_runs, MAX(run.started_at_ms) AS last_run_at_ms,
           MAX(CASE WHEN run.passed = 1 THEN run.started_at_ms END) AS last_passed_at_ms,
           SUM(run.flash_sectors_erased) AS flash_sectors_erased
    FROM run GROUP BY run.bench, run.board, run.board_serial;
