-- Bringing over an existing warehouse: the copy's state, who its rides are, its days, and the rows nobody can place. New tables: no lock on existing data.
CREATE TABLE legacy_copies (
    copy_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    source VARCHAR(190) NOT NULL COMMENT 'host:port/database',
    state VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'PLANNED, COPYING, COPIED, SWAPPING, SWAPPED, ROLLING_BACK or ROLLED_BACK',
    step VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of a swap or rollback: the one begun last',
    watermark BIGINT NULL COMMENT 'every snapshot_id up to it is in legacy_days',
    undated_rows BIGINT NOT NULL DEFAULT 0 COMMENT 'rows without an instant since 2000; they have no day',
    job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the last one',
    error TEXT NULL COMMENT 'why the last task could not be done',
    frozen_at DATETIME(3) NULL COMMENT 'UTC: the legacy table was renamed',
    write_down_ms BIGINT NULL COMMENT 'from the renaming until the swap was done or taken back',
    read_down_ms BIGINT NULL COMMENT 'longest time the probe had no answer; NULL: it did not watch all of the swap',
    probe_reads INT UNSIGNED NULL,
    written_back BIGINT NOT NULL DEFAULT 0 COMMENT 'rows of ours given to the legacy table by a rollback',
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (copy_id),
    UNIQUE KEY source (source)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE legacy_rides (
    copy_id INT UNSIGNED NOT NULL,
    legacy_ride_id BIGINT NOT NULL,
    name VARCHAR(255) NULL,
    park_name VARCHAR(255) NULL,
    wiki_id VARCHAR(64) NULL COMMENT 'as the existing warehouse has it',
    ride_id INT UNSIGNED NULL COMMENT 'NULL: unknown, for the reason',
    park_id INT UNSIGNED NULL,
    destination_id INT UNSIGNED NULL,
    reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'NO_WIKI_ID, INVALID_WIKI_ID, UNKNOWN_RIDE or NOT_LISTED',
    PRIMARY KEY (copy_id, legacy_ride_id),
    KEY ride (ride_id),
    CONSTRAINT legacy_rides_copy FOREIGN KEY (copy_id) REFERENCES legacy_copies (copy_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE legacy_days (
    copy_id INT UNSIGNED NOT NULL,
    utc_day DATE NOT NULL,
    state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'PENDING, COPIED, VERIFIED or MISMATCH',
    planned BIGINT NOT NULL COMMENT 'rows found up to the watermark',
    min_id BIGINT NOT NULL COMMENT 'snapshot_id of the rows found',
    max_id BIGINT NOT NULL,
    listed BIGINT NOT NULL DEFAULT 0 COMMENT 'rows read = copied + duplicates + kept + unknown_rows + odd',
    copied BIGINT NOT NULL DEFAULT 0,
    duplicates BIGINT NOT NULL DEFAULT 0,
    kept BIGINT NOT NULL DEFAULT 0 COMMENT 'ride and instant were held from elsewhere',
    unknown_rows BIGINT NOT NULL DEFAULT 0 COMMENT 'of rides nobody can place',
    odd BIGINT NOT NULL DEFAULT 0 COMMENT 'turned down by a rule',
    odd_reasons JSON NULL,
    destinations TEXT NOT NULL COMMENT 'ids written, comma separated: what a later pass must write again',
    checksum BINARY(32) NULL COMMENT 'SHA-256 over the copied rows, as the legacy table has them',
    note VARCHAR(500) NULL COMMENT 'what differs',
    copied_at DATETIME(3) NULL,
    verified_at DATETIME(3) NULL,
    PRIMARY KEY (copy_id, utc_day),
    KEY state (copy_id, state, utc_day),
    CONSTRAINT legacy_days_copy FOREIGN KEY (copy_id) REFERENCES legacy_copies (copy_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE legacy_unknown_days (
    copy_id INT UNSIGNED NOT NULL,
    legacy_ride_id BIGINT NOT NULL,
    utc_day DATE NOT NULL,
    row_count BIGINT NOT NULL,
    first_at DATETIME(3) NOT NULL,
    last_at DATETIME(3) NOT NULL,
    PRIMARY KEY (copy_id, legacy_ride_id, utc_day),
    KEY day (copy_id, utc_day),
    CONSTRAINT legacy_unknown_days_copy FOREIGN KEY (copy_id) REFERENCES legacy_copies (copy_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the view in place of a legacy table reads, beside v_snapshots.
CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW v_legacy_rides AS
SELECT copy_id, legacy_ride_id, ride_id
FROM legacy_rides
WHERE ride_id IS NOT NULL;
