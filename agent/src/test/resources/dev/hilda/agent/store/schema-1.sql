-- A store of schema 1, as hilda 0.1.0 left it with two runs, one of them published.
BEGIN TRANSACTION;
CREATE TABLE bench_sequence (
    bench TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO "bench_sequence" VALUES('bench',2);
CREATE TABLE image (
    image_key INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE
);
INSERT INTO "image" VALUES(1,'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1');
INSERT INTO "image" VALUES(2,'b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2');
CREATE TABLE outbox (
    bench TEXT NOT NULL,
    bench_sequence BIGINT NOT NULL,
    run_key BIGINT NOT NULL UNIQUE REFERENCES run (run_key) ON DELETE CASCADE,
    sent_at_ms BIGINT,
    PRIMARY KEY (bench, bench_sequence)
);
INSERT INTO "outbox" VALUES('bench',1,1,1796064847224);
INSERT INTO "outbox" VALUES('bench',2,2,NULL);
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
INSERT INTO "outcome" VALUES(1,0,1,2,2,1,1);
INSERT INTO "outcome" VALUES(1,1,2,1,0,0,1);
INSERT INTO "outcome" VALUES(2,0,1,2,2,1,1);
INSERT INTO "outcome" VALUES(2,1,2,1,0,0,1);
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
INSERT INTO "run" VALUES(1,'00000000-0000-4000-8000-000000000001','hilda/run-result/1',1793527200000,'small','bench','virtual-nucleo-h743zi','VIRT1','estimated',1,1,NULL,1234,'5649525466616b6549542121','V','5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a','b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1','681ce6fd9c48386de0984cf3b671c5a461064b7d4d64fa0409f3134ccb72e852','small','top1',4,4,0.75,303,0.631,1000,3,748,'9.8.7','{"schema":"hilda/run-result/1","run_id":"00000000-0000-4000-8000-000000000001","time":"2026-11-01T10:00:00Z","bench":"bench","board":"virtual-nucleo-h743zi","board_serial":"VIRT1","timing":"estimated","bench_sequence":1,"passed":true,"complete":true,"run_host_ms":1234,"model":"small","model_hash":"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a","data_set":"small","input_clipped_share":0.0,"model_file":"small.tflite","model_sha256":"c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0","bundle_sha256":"b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1","network_sha256":"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a","firmware_sha256":"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a","data_sha256":"681ce6fd9c48386de0984cf3b671c5a461064b7d4d64fa0409f3134ccb72e852","quantize_arguments":["--ram-budget=99"],"compiler":"gcc of the test","compiler_flags":["-O2"],"host":"here","hilda_version":"9.8.7","hilda_commit":"0123abc","openocd_version":"OpenOCD 9","probe":"STLINK-V3","probe_firmware":"V3J1","chip_id":"0x450","chip_revision":"V","clock_source":"hse_bypass","line_baud":923076,"flash_bytes":1000,"flash_sectors_erased":3,"flash_host_ms":5,"core_clock_hz":480000000,"unique_id":"5649525466616b6549542121","firmware_version":"fake","remarks":[],"metric":"top1","images":4,"parity_matched":4,"accuracy_top1":0.75,"accuracy_top5":1.0,"top1_images":3,"top5_images":4,"classes":3,"confusion":[[0,0,1],[1,1,1],[2,0,1],[2,2,1]],"latency_us_min":0.625,"cycles_min":300,"latency_us_p50":0.631,"cycles_p50":303,"latency_us_p95":0.644,"cycles_p95":309,"latency_us_p99":0.644,"cycles_p99":309,"latency_us_max":0.644,"cycles_max":309,"elapsed_cycles_p50":1304,"layers":[{"name":"hidden","cycles_p50":101,"latency_us_p50":0.21},{"name":"logits","cycles_p50":202,"latency_us_p50":0.421}],"timing_model":"model-1","cycles_before_misses":508,"cycles_half_price":554,"cycles_double_price":692,"estimate_low_percent":0,"estimate_high_percent":20,"layer_estimates":[{"name":"hidden","cycles":375,"cycles_before_misses":313,"instructions":325,"multiplies":100,"mispredictions":5,"instruction_lines":2,"flash_lines":8,"sram_lines":3,"validated":true,"limit":"issue"},{"name":"logits","cycles":225,"cycles_before_misses":195,"instructions":300,"multiplies":150,"mispredictions":3,"instruction_lines":1,"flash_lines":3,"sram_lines":1,"validated":false,"limit":"issue"}],"input_bytes":4,"answer_bytes":44,"wire_utilisation":0.831879,"cycles_per_image":275040,"cycles_over_ideal":1.202098,"ram_peak_bytes":748,"arena_bytes":64,"arena_peak_bytes":48,"stack_bytes":4096,"stack_peak_bytes":700,"host_line_bytes_sent":108,"host_crc_errors":0,"host_resyncs":0,"host_retransmits":0,"host_timeouts":0,"board_line_bytes_sent":7000,"board_crc_errors":3,"board_resyncs":4,"board_retransmits":5,"board_timeouts":8,"board_uptime_cycles":141860160,"board_idle_cycles":35465040,"board_uart_overruns":9,"board_dma_errors":12,"board_receive_overflow_bytes":13}');
INSERT INTO "run" VALUES(2,'00000000-0000-4000-8000-000000000002','hilda/run-result/1',1793613600000,'small','bench','virtual-nucleo-h743zi','VIRT1','estimated',1,1,NULL,1234,'5649525466616b6549542121','V','5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a','b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1','681ce6fd9c48386de0984cf3b671c5a461064b7d4d64fa0409f3134ccb72e852','small','top1',4,4,0.75,303,0.631,1000,3,748,'9.8.7','{"schema":"hilda/run-result/1","run_id":"00000000-0000-4000-8000-000000000002","time":"2026-11-02T10:00:00Z","bench":"bench","board":"virtual-nucleo-h743zi","board_serial":"VIRT1","timing":"estimated","bench_sequence":2,"passed":true,"complete":true,"run_host_ms":1234,"model":"small","model_hash":"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a","data_set":"small","input_clipped_share":0.0,"model_file":"small.tflite","model_sha256":"c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0","bundle_sha256":"b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1","network_sha256":"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a","firmware_sha256":"4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a","data_sha256":"681ce6fd9c48386de0984cf3b671c5a461064b7d4d64fa0409f3134ccb72e852","quantize_arguments":["--ram-budget=99"],"compiler":"gcc of the test","compiler_flags":["-O2"],"host":"here","hilda_version":"9.8.7","hilda_commit":"0123abc","openocd_version":"OpenOCD 9","probe":"STLINK-V3","probe_firmware":"V3J1","chip_id":"0x450","chip_revision":"V","clock_source":"hse_bypass","line_baud":923076,"flash_bytes":1000,"flash_sectors_erased":3,"flash_host_ms":5,"core_clock_hz":480000000,"unique_id":"5649525466616b6549542121","firmware_version":"fake","remarks":[],"metric":"top1","images":4,"parity_matched":4,"accuracy_top1":0.75,"accuracy_top5":1.0,"top1_images":3,"top5_images":4,"classes":3,"confusion":[[0,0,1],[1,1,1],[2,0,1],[2,2,1]],"latency_us_min":0.625,"cycles_min":300,"latency_us_p50":0.631,"cycles_p50":303,"latency_us_p95":0.644,"cycles_p95":309,"latency_us_p99":0.644,"cycles_p99":309,"latency_us_max":0.644,"cycles_max":309,"elapsed_cycles_p50":1304,"layers":[{"name":"hidden","cycles_p50":101,"latency_us_p50":0.21},{"name":"logits","cycles_p50":202,"latency_us_p50":0.421}],"timing_model":"model-1","cycles_before_misses":508,"cycles_half_price":554,"cycles_double_price":692,"estimate_low_percent":0,"estimate_high_percent":20,"layer_estimates":[{"name":"hidden","cycles":375,"cycles_before_misses":313,"instructions":325,"multiplies":100,"mispredictions":5,"instruction_lines":2,"flash_lines":8,"sram_lines":3,"validated":true,"limit":"issue"},{"name":"logits","cycles":225,"cycles_before_misses":195,"instructions":300,"multiplies":150,"mispredictions":3,"instruction_lines":1,"flash_lines":3,"sram_lines":1,"validated":false,"limit":"issue"}],"input_bytes":4,"answer_bytes":44,"wire_utilisation":0.831879,"cycles_per_image":275040,"cycles_over_ideal":1.202098,"ram_peak_bytes":748,"arena_bytes":64,"arena_peak_bytes":48,"stack_bytes":4096,"stack_peak_bytes":700,"host_line_bytes_sent":108,"host_crc_errors":0,"host_resyncs":0,"host_retransmits":0,"host_timeouts":0,"board_line_bytes_sent":7000,"board_crc_errors":3,"board_resyncs":4,"board_retransmits":5,"board_timeouts":8,"board_uptime_cycles":141860160,"board_idle_cycles":35465040,"board_uart_overruns":9,"board_dma_errors":12,"board_receive_overflow_bytes":13}');
CREATE TABLE schema_history (version INTEGER PRIMARY KEY, applied_at_ms BIGINT NOT NULL, program TEXT NOT NULL);
INSERT INTO "schema_history" VALUES(1,1796064845776,'hilda 0.1.0');
CREATE INDEX run_by_time ON run (started_at_ms);
CREATE INDEX run_by_subject ON run (subject, board_serial, started_at_ms);
CREATE INDEX outcome_by_image ON outcome (image_key);
CREATE INDEX outbox_by_sending ON outbox (sent_at_ms, run_key);
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
COMMIT;
