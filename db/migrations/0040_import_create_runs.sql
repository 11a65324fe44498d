-- Import runs, what they listed, the raw objects, and entities without a ride. New tables: no lock on existing data.
CREATE TABLE import_batches (
    batch_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    parameters JSON NOT NULL,
    started_by VARCHAR(190) NOT NULL,
    door VARCHAR(16) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (batch_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE import_checkpoints (
    checkpoint_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    import_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    batch_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    destination_id INT UNSIGNED NOT NULL,
    destination_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    live_destination_id INT UNSIGNED AS (
        CASE WHEN status IN ('PENDING', 'IN_PROGRESS', 'PAUSED', 'INTERRUPTED') THEN destination_id END) PERSISTENT
        COMMENT 'one live run per destination',
    requested VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'PAUSE or CANCEL, until the run has done it',
    start_date DATE NULL,
    end_date DATE NULL,
    only_days JSON NULL COMMENT 'a replay covers just these days',
    dry_run BOOLEAN NOT NULL,
    refetch BOOLEAN NOT NULL,
    from_raw BOOLEAN NOT NULL COMMENT 'reads the raw store, never the source',
    create_missing BOOLEAN NOT NULL,
    overlap VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    source VARCHAR(512) NOT NULL,
    started_by VARCHAR(190) NOT NULL,
    door VARCHAR(16) NOT NULL,
    job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
    run_owner VARCHAR(190) NULL COMMENT 'the job run that may write progress',
    versions JSON NOT NULL COMMENT 'code, parser, rules, matcher, time zone data',
    created_at DATETIME(3) NOT NULL,
    started_at DATETIME(3) NULL,
    listed_at DATETIME(3) NULL,
    paused_at DATETIME(3) NULL,
    completed_at DATETIME(3) NULL,
    updated_at DATETIME(3) NOT NULL,
    elapsed_seconds DOUBLE NOT NULL DEFAULT 0 COMMENT 'time at work, over all resumptions',
    records_per_second DOUBLE NULL,
    files_per_second DOUBLE NULL,
    phases JSON NULL COMMENT 'seconds spent by phase',
    peak_memory_mb DOUBLE NULL,
    error_kind VARCHAR(40) NULL,
    error_message TEXT NULL,
    PRIMARY KEY (checkpoint_id),
    UNIQUE KEY import_id (import_id),
    UNIQUE KEY live_destination (live_destination_id),
    KEY destination_created (destination_id, created_at),
    KEY batch (batch_id),
    KEY status_created (status, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE archive_objects (
    object_key VARCHAR(512) NOT NULL,
    destination_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    object_day DATE NOT NULL,
    etag VARCHAR(128) NOT NULL COMMENT 'as last listed',
    size BIGINT UNSIGNED NOT NULL,
    last_modified DATETIME(3) NOT NULL,
    raw_path VARCHAR(512) NULL,
    raw_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    raw_size BIGINT UNSIGNED NULL,
    raw_etag VARCHAR(128) NULL COMMENT 'what the raw object was listed as when it was fetched',
    fetched_at DATETIME(3) NULL,
    imported_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the raw object the rows came from',
    imported_with VARCHAR(64) NULL COMMENT 'parser and rules that read it',
    first_day DATE NULL COMMENT 'first UTC day it has rows on',
    last_day DATE NULL,
    imported_at DATETIME(3) NULL,
    imported_by VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    PRIMARY KEY (object_key),
    KEY destination_day (destination_uuid, object_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE import_files (
    checkpoint_id INT UNSIGNED NOT NULL,
    object_key VARCHAR(512) NOT NULL,
    object_day DATE NULL,
    outcome VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'PENDING, IMPORTED, SKIPPED or FAILED',
    reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
    error TEXT NULL,
    etag VARCHAR(128) NOT NULL,
    size BIGINT UNSIGNED NOT NULL,
    events INT UNSIGNED NOT NULL DEFAULT 0,
    `rows` INT UNSIGNED NOT NULL DEFAULT 0,
    queue_rows INT UNSIGNED NOT NULL DEFAULT 0,
    show_rows INT UNSIGNED NOT NULL DEFAULT 0,
    replaced INT UNSIGNED NOT NULL DEFAULT 0,
    duplicates INT UNSIGNED NOT NULL DEFAULT 0,
    kept_live INT UNSIGNED NOT NULL DEFAULT 0,
    unmatched INT UNSIGNED NOT NULL DEFAULT 0,
    rejected INT UNSIGNED NOT NULL DEFAULT 0,
    park_events INT UNSIGNED NOT NULL DEFAULT 0,
    changed_days INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'UTC days whose rows really changed',
    findings JSON NULL COMMENT 'by type: count and the first record that shows it',
    finished_at DATETIME(3) NULL,
    PRIMARY KEY (checkpoint_id, object_key),
    KEY outcome (checkpoint_id, outcome, object_day),
    CONSTRAINT import_files_run FOREIGN KEY (checkpoint_id) REFERENCES import_checkpoints (checkpoint_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE import_entities (
    checkpoint_id INT UNSIGNED NOT NULL,
    entity_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ride_id INT UNSIGNED NULL COMMENT 'NULL: no ride when the run last saw it',
    method VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    score TINYINT UNSIGNED NOT NULL,
    PRIMARY KEY (checkpoint_id, entity_uuid),
    CONSTRAINT import_entities_run FOREIGN KEY (checkpoint_id) REFERENCES import_checkpoints (checkpoint_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE unmatched_entities (
    unmatched_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    destination_id INT UNSIGNED NOT NULL,
    entity_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(255) NULL,
    external_id VARCHAR(255) NULL,
    park_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    park_slug VARCHAR(255) NULL,
    time_zone VARCHAR(64) NULL,
    kind VARCHAR(16) NOT NULL,
    reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    candidates JSON NOT NULL COMMENT 'ride, name, method and score, best first',
    status VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'OPEN, AMBIGUOUS, SUGGESTED, RESOLVED, IGNORED or REOPENED',
    resolution VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ride_id INT UNSIGNED NULL,
    note VARCHAR(1000) NULL,
    ignored_at_occurrences BIGINT UNSIGNED NULL,
    first_import_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    last_import_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3) NOT NULL,
    resolved_at DATETIME(3) NULL,
    resolved_by VARCHAR(190) NULL,
    PRIMARY KEY (unmatched_id),
    UNIQUE KEY destination_entity (destination_id, entity_uuid),
    KEY status_destination (status, destination_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE unmatched_entity_days (
    unmatched_id INT UNSIGNED NOT NULL,
    object_day DATE NOT NULL,
    observations INT UNSIGNED NOT NULL,
    first_at DATETIME(3) NOT NULL,
    last_at DATETIME(3) NOT NULL,
    PRIMARY KEY (unmatched_id, object_day),
    CONSTRAINT unmatched_entity_days_entity FOREIGN KEY (unmatched_id) REFERENCES unmatched_entities (unmatched_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
