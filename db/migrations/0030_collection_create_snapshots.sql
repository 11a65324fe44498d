-- Raw facts, kept for ever, and the ledger of what was written. New tables: no lock on existing data.
-- The natural key makes duplicates impossible and clusters a ride's history; there is no secondary index on purpose.
-- Level 1 compresses these pages within 2 % of level 6 for less than half the time.
-- Partitions are monthly; the host splits p_max (and p_min for older history) before rows need it.
CREATE TABLE ride_status_snapshots (
    ride_id INT UNSIGNED NOT NULL,
    recorded_at DATETIME(3) NOT NULL COMMENT 'UTC',
    status TINYINT UNSIGNED NULL COMMENT '1 operating, 2 down, 3 closed, 4 refurbishment; NULL not stated or unknown: see flags',
    wait_minutes SMALLINT NULL COMMENT 'STANDBY queue, as stated; NULL not stated or no value: see flags',
    data_source TINYINT UNSIGNED NOT NULL COMMENT '1 live, 2 archive',
    flags SMALLINT UNSIGNED NOT NULL COMMENT 'what was stated, and what is wrong with it: docs/data-model.md',
    PRIMARY KEY (ride_id, recorded_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */
PARTITION BY RANGE COLUMNS (recorded_at) (PARTITION p_max VALUES LESS THAN (MAXVALUE));

CREATE TABLE queue_data (
    ride_id INT UNSIGNED NOT NULL,
    recorded_at DATETIME(3) NOT NULL COMMENT 'UTC',
    queue_type TINYINT UNSIGNED NOT NULL COMMENT '2 single rider, 3 return time, 4 paid return time, 5 boarding group, 6 paid standby',
    wait_minutes SMALLINT NULL,
    state TINYINT UNSIGNED NULL COMMENT '1 available, 2 temporarily full, 3 finished, 4 paused, 5 closed',
    return_start DATETIME NULL COMMENT 'UTC',
    return_end DATETIME NULL COMMENT 'UTC',
    price_minor INT NULL COMMENT 'minor units of the currency (cents, whole yen); NULL: no published price',
    currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
    group_start SMALLINT NULL,
    group_end SMALLINT NULL,
    next_allocation_at DATETIME NULL COMMENT 'UTC',
    estimated_wait SMALLINT NULL COMMENT 'minutes',
    data_source TINYINT UNSIGNED NOT NULL,
    flags SMALLINT UNSIGNED NOT NULL,
    PRIMARY KEY (ride_id, recorded_at, queue_type)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */
PARTITION BY RANGE COLUMNS (recorded_at) (PARTITION p_max VALUES LESS THAN (MAXVALUE));

CREATE TABLE show_times (
    ride_id INT UNSIGNED NOT NULL,
    recorded_at DATETIME(3) NOT NULL COMMENT 'UTC: when the list was stated',
    position TINYINT UNSIGNED NOT NULL,
    start_at DATETIME NOT NULL COMMENT 'UTC',
    end_at DATETIME NULL COMMENT 'UTC',
    kind VARCHAR(64) NULL,
    data_source TINYINT UNSIGNED NOT NULL,
    PRIMARY KEY (ride_id, recorded_at, position)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */
PARTITION BY RANGE COLUMNS (recorded_at) (PARTITION p_max VALUES LESS THAN (MAXVALUE));

CREATE TABLE snapshot_days (
    park_id INT UNSIGNED NOT NULL,
    utc_day DATE NOT NULL,
    data_source TINYINT UNSIGNED NOT NULL,
    destination_id INT UNSIGNED NOT NULL COMMENT 'whose file or poll wrote the day; a park may change its destination',
    row_count INT UNSIGNED NOT NULL,
    queue_count INT UNSIGNED NOT NULL,
    show_count INT UNSIGNED NOT NULL,
    first_at DATETIME(3) NULL,
    last_at DATETIME(3) NULL,
    source_object VARCHAR(512) NOT NULL COMMENT 'objects the rows came from, comma separated',
    checksum BINARY(32) NOT NULL COMMENT 'SHA-256 over the rows as written, in key order',
    rides BLOB NOT NULL COMMENT 'ride ids written, ascending, differences as LEB128: what a later replacement removes',
    revision INT UNSIGNED NOT NULL COMMENT 'raised by every write that changes the day',
    written_at DATETIME(3) NOT NULL,
    PRIMARY KEY (park_id, utc_day, data_source),
    KEY destination_day (destination_id, utc_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
