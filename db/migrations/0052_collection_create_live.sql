-- What live collection asked, what came, and the last state of every upstream entity. New tables: no lock on existing data.
CREATE TABLE collection_runs (
    destination_id INT UNSIGNED NOT NULL,
    slot DATETIME NOT NULL COMMENT 'UTC: the place on the grid of polls, and recorded_at of the rows',
    outcome VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'OK or FAILED; a slot without a row was missed',
    asked_at DATETIME(3) NOT NULL,
    answered_at DATETIME(3) NULL,
    not_modified BOOLEAN NOT NULL DEFAULT FALSE,
    simulated BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'a simulator answered: this is no real data',
    rows_seen INT UNSIGNED NULL,
    snapshots INT UNSIGNED NULL COMMENT 'rows written for rides; the others are of parks, restaurants, hotels',
    changed INT UNSIGNED NULL COMMENT 'entities whose state is not that of the poll before',
    duplicates INT UNSIGNED NULL,
    quarantined INT UNSIGNED NULL,
    unmatched INT UNSIGNED NULL,
    park_rows JSON NULL COMMENT 'rows by upstream park',
    park_losses JSON NULL COMMENT 'parks of which suspiciously few rows came, with the rows before and now',
    error_kind VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL,
    error_message VARCHAR(1000) NULL,
    PRIMARY KEY (destination_id, slot),
    KEY slot (slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */;

CREATE TABLE live_entities (
    entity_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    destination_id INT UNSIGNED NOT NULL COMMENT 'whose poll saw it last',
    park_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'as upstream states it',
    park_id INT UNSIGNED NULL COMMENT 'the park it belongs to',
    ride_id INT UNSIGNED NULL COMMENT 'NULL: a park, restaurant or hotel, or not matched',
    entity_type VARCHAR(32) NOT NULL,
    name VARCHAR(255) NULL,
    unmatched_reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
    status TINYINT UNSIGNED NULL,
    wait_minutes SMALLINT NULL,
    flags SMALLINT UNSIGNED NOT NULL,
    state_hash BINARY(8) NOT NULL COMMENT 'of status, wait and queues',
    shows_hash BINARY(8) NOT NULL,
    part_hashes JSON NOT NULL COMMENT 'by name of part, as in live_parts',
    last_updated_at DATETIME(3) NULL COMMENT 'upstream''s word: when it last saw a change',
    last_seen_at DATETIME NOT NULL COMMENT 'slot of the last poll that had it',
    changed_at DATETIME NOT NULL COMMENT 'slot of the last poll that found its state changed',
    PRIMARY KEY (entity_uuid),
    KEY destination (destination_id),
    KEY park_seen (park_id, last_seen_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE live_parts (
    entity_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    part VARCHAR(64) NOT NULL COMMENT 'operatingHours, diningAvailability, forecast, any field without a column',
    observed_at DATETIME NOT NULL COMMENT 'slot of the poll that found it changed',
    value MEDIUMTEXT NULL COMMENT 'JSON as sent; NULL: no longer stated',
    PRIMARY KEY (entity_uuid, part, observed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */;

CREATE TABLE collection_quarantine (
    quarantine_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    destination_id INT UNSIGNED NOT NULL,
    raw_sha256 BINARY(32) NOT NULL,
    reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entity_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    raw MEDIUMTEXT NOT NULL COMMENT 'the row as sent, cut to 8 KiB',
    first_slot DATETIME NOT NULL,
    last_slot DATETIME NOT NULL,
    occurrences INT UNSIGNED NOT NULL,
    PRIMARY KEY (quarantine_id),
    UNIQUE KEY destination_raw (destination_id, raw_sha256)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
