-- How often each sector of each chip was erased, and what the flash of each board holds.
CREATE TABLE chip (
    unique_id TEXT NOT NULL PRIMARY KEY,
    -- That had it when it was flashed last.
    board TEXT NOT NULL,
    board_serial TEXT NOT NULL,
    flash_endurance_cycles BIGINT NOT NULL
);

-- Rows are never removed: flash does not recover.
CREATE TABLE flash_sector (
    unique_id TEXT NOT NULL REFERENCES chip (unique_id),
    sector_address BIGINT NOT NULL,
    erases BIGINT NOT NULL,
    PRIMARY KEY (unique_id, sector_address)
);

CREATE TABLE board_flash (
    board TEXT NOT NULL PRIMARY KEY,
    unique_id TEXT REFERENCES chip (unique_id),
    -- Known from a flash that was verified until the next attempt.
    firmware_sha256 TEXT,
    bundle_sha256 TEXT
);

-- Boards that take jobs, as long as they say so.
CREATE TABLE pool_board (
    board TEXT NOT NULL PRIMARY KEY,
    pool TEXT NOT NULL,
    seen_at_ms BIGINT NOT NULL
);

CREATE VIEW v_wear AS
    SELECT chip.unique_id, chip.board, chip.board_serial, flash_sector.sector_address, flash_sector.erases,
           chip.flash_endurance_cycles,
           CAST(flash_sector.erases AS DOUBLE PRECISION) / chip.flash_endurance_cycles AS endurance_share
    FROM flash_sector JOIN chip ON chip.unique_id = flash_sector.unique_id;
