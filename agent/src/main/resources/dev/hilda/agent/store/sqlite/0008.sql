-- Jobs for one board alone.
ALTER TABLE job ADD COLUMN wanted_board TEXT;

-- Nights of suites: what was planned, before anything of it ran, and what was made of it.
CREATE TABLE night (
    night_key INTEGER PRIMARY KEY,
    night_id TEXT NOT NULL UNIQUE,
    bench TEXT NOT NULL,
    suite TEXT NOT NULL,
    started_by TEXT NOT NULL,
    document TEXT NOT NULL,
    planned_at_ms BIGINT NOT NULL,
    deadline_ms BIGINT NOT NULL,
    judged_at_ms BIGINT,
    outcome TEXT,
    morning TEXT
);
CREATE INDEX night_by_suite ON night (bench, suite, planned_at_ms);

-- Without a reference to the table of jobs, which is pruned earlier.
CREATE TABLE night_item (
    night_key BIGINT NOT NULL REFERENCES night (night_key) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    model TEXT NOT NULL,
    data_set TEXT NOT NULL,
    wanted_board TEXT,
    -- From when the night is judged:
    board TEXT,
    state TEXT,
    reason TEXT,
    run_id TEXT,
    baseline_run_id TEXT,
    accuracy DOUBLE PRECISION,
    cycles_p50 BIGINT,
    attempts INTEGER,
    PRIMARY KEY (night_key, position)
);
CREATE INDEX night_item_by_job ON night_item (job_id);

CREATE TABLE verdict (
    night_key BIGINT NOT NULL,
    position INTEGER NOT NULL,
    metric TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    baseline_figure DOUBLE PRECISION,
    figure DOUBLE PRECISION,
    common_images BIGINT,
    net_images BIGINT,
    discordant_images BIGINT,
    difference_points DOUBLE PRECISION,
    difference_low_points DOUBLE PRECISION,
    difference_high_points DOUBLE PRECISION,
    smallest_drop_points DOUBLE PRECISION,
    PRIMARY KEY (night_key, position, metric),
    FOREIGN KEY (night_key, position) REFERENCES night_item (night_key, position) ON DELETE CASCADE
);

CREATE VIEW v_nights AS
    SELECT night.night_id, night.bench, night.suite, night.started_by, night.planned_at_ms, night.deadline_ms,
           night.judged_at_ms, night.outcome, COUNT(*) AS planned,
           SUM(CASE WHEN night_item.run_id IS NOT NULL THEN 1 ELSE 0 END) AS ran,
           SUM(CASE WHEN night_item.state = 'worse' THEN 1 ELSE 0 END) AS regressed,
           SUM(CASE WHEN night_item.state IN ('open', 'not-comparable', 'no-baseline') THEN 1 ELSE 0 END) AS undecided,
           SUM(CASE WHEN night_item.state = 'fault' THEN 1 ELSE 0 END) AS faulty,
           SUM(CASE WHEN night_item.state = 'missing' THEN 1 ELSE 0 END) AS missing
    FROM night JOIN night_item ON night_item.night_key = night.night_key
    GROUP BY night.night_key, night.night_id, night.bench, night.suite, night.started_by, night.planned_at_ms,
             night.deadline_ms, night.judged_at_ms, night.outcome;

CREATE VIEW v_verdicts AS
    SELECT night.night_id, night.bench, night.suite, night.planned_at_ms, night.judged_at_ms, night_item.position,
           night_item.model, night_item.data_set, night_item.board, night_item.state, night_item.run_id,
           night_item.baseline_run_id, night_item.attempts, verdict.metric, verdict.verdict, verdict.reason,
           verdict.baseline_figure, verdict.figure, verdict.common_images, verdict.net_images,
           verdict.discordant_images, verdict.difference_points, verdict.difference_low_points,
           verdict.difference_high_points, verdict.smallest_drop_points
    FROM verdict JOIN night_item ON night_item.night_key = verdict.night_key AND night_item.position = verdict.position
         JOIN night ON night.night_key = verdict.night_key;
