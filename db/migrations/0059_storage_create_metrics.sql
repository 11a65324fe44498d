-- What the warehouse takes on disk, measured daily and by hand. New tables: no lock on existing data.
-- A measurement has its sums, so that growth over years is read from a row per day.
CREATE TABLE storage_measurements (
    measurement_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    measured_at DATETIME(3) NOT NULL COMMENT 'UTC',
    duration_ms INT UNSIGNED NOT NULL,
    data_bytes BIGINT UNSIGNED NOT NULL COMMENT 'this, index_bytes and free_bytes: as the engine counts pages, compression not seen',
    index_bytes BIGINT UNSIGNED NOT NULL,
    free_bytes BIGINT UNSIGNED NOT NULL,
    on_disk_bytes BIGINT UNSIGNED NULL COMMENT 'allocated by the tables; NULL: unknown for one of them',
    other_bytes BIGINT UNSIGNED NULL COMMENT 'allocated by what belongs to no table: logs, undo, system and temporary space, definitions; NULL: not visible',
    volume_bytes BIGINT UNSIGNED NULL COMMENT 'size of the volume the data lie on; NULL: not visible',
    volume_free_bytes BIGINT UNSIGNED NULL,
    PRIMARY KEY (measurement_id),
    KEY measured (measured_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Whole tables come first in the key: what is mostly read is together.
CREATE TABLE storage_metrics (
    measurement_id INT UNSIGNED NOT NULL,
    partition_name VARCHAR(64) NOT NULL COMMENT 'empty: the table as a whole',
    table_name VARCHAR(64) NOT NULL,
    range_end DATE NULL COMMENT 'exclusive, of a partition by date; NULL: open, or none',
    rows_estimated BIGINT UNSIGNED NULL COMMENT 'the engine''s guess',
    rows_exact BIGINT UNSIGNED NULL COMMENT 'from the ledger; NULL: nobody keeps count',
    data_bytes BIGINT UNSIGNED NOT NULL,
    index_bytes BIGINT UNSIGNED NOT NULL,
    free_bytes BIGINT UNSIGNED NOT NULL,
    file_bytes BIGINT UNSIGNED NULL COMMENT 'length of the files, holes counted',
    on_disk_bytes BIGINT UNSIGNED NULL COMMENT 'allocated by the files, holes not counted; NULL: not visible',
    on_disk_source TINYINT UNSIGNED NULL COMMENT '1 the files themselves, 2 the engine''s word',
    is_compressed BOOLEAN NOT NULL,
    PRIMARY KEY (measurement_id, partition_name, table_name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */;
