-- Jobs, who may use a board, and the bundles and data sets that jobs name.
CREATE TABLE job (
    job_key INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL UNIQUE,
    pool TEXT NOT NULL,
    submitter TEXT NOT NULL,
    name TEXT NOT NULL,
    bundle_sha256 TEXT NOT NULL,
    data_sha256 TEXT NOT NULL,
    document TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    board TEXT,
    -- Whose run may say how the job ended: the one under this lease, and under this execution of a ticket.
    fence BIGINT,
    ticket TEXT,
    ticket_version BIGINT,
    avoided_board TEXT,
    avoided_until_ms BIGINT,
    run_id TEXT,
    reason TEXT,
    cancelled_by TEXT,
    submitted_at_ms BIGINT NOT NULL,
    started_at_ms BIGINT,
    ended_at_ms BIGINT,
    stale_results INTEGER NOT NULL
);
CREATE INDEX job_by_pool ON job (pool, state, job_key);
CREATE INDEX job_by_board ON job (board, started_at_ms);
CREATE INDEX job_by_ticket ON job (ticket);

-- Rows are never removed: the fence of a board grows for ever.
CREATE TABLE lease (
    board TEXT NOT NULL PRIMARY KEY,
    fence BIGINT NOT NULL,
    holder TEXT,
    purpose TEXT,
    reason TEXT,
    expires_at_ms BIGINT
);

CREATE TABLE content (
    sha256 TEXT NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    complete SMALLINT NOT NULL,
    used_at_ms BIGINT NOT NULL
);

CREATE TABLE content_chunk (
    sha256 TEXT NOT NULL REFERENCES content (sha256) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (sha256, position)
);

-- Tickets, the scheduler's: each lets one board of a pool run one job, whichever waits.
CREATE TABLE scheduled_tasks (
    task_name TEXT NOT NULL,
    task_instance TEXT NOT NULL,
    task_data BLOB,
    execution_time BIGINT NOT NULL,
    picked SMALLINT NOT NULL,
    picked_by TEXT,
    last_success BIGINT,
    last_failure BIGINT,
    consecutive_failures INTEGER,
    last_heartbeat BIGINT,
    version BIGINT NOT NULL,
    priority SMALLINT,
    PRIMARY KEY (task_name, task_instance)
);
CREATE INDEX scheduled_tasks_by_time ON scheduled_tasks (task_name, execution_time);
CREATE INDEX scheduled_tasks_by_heartbeat ON scheduled_tasks (last_heartbeat);

CREATE VIEW v_jobs AS
    SELECT job_id, pool, submitter, name, bundle_sha256, data_sha256, state, attempts, board, run_id, reason, cancelled_by,
           submitted_at_ms, started_at_ms, ended_at_ms, stale_results
    FROM job;
