-- What is wrong with the data, one row per cause, and when each detector looked last. New tables: no lock on existing data.
CREATE TABLE data_quality_log (
    log_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    detector VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who finds it: docs/quality.md',
    scope_id INT UNSIGNED NOT NULL COMMENT 'the destination it was looked for in; 0: everywhere at once',
    cause VARCHAR(190) NOT NULL COMMENT 'tells one cause of a detector from another',
    issue_type VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'GAP, DUPLICATE, INVALID, MISSING_FIELD, UNMATCHED or CORRUPT_FILE',
    severity VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'INFO, WARNING or CRITICAL',
    gap_type VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'why data are missing; NULL: no gap',
    data_source TINYINT UNSIGNED NULL COMMENT '1 live, 2 archive; NULL: both or neither',
    destination_id INT UNSIGNED NULL,
    park_id INT UNSIGNED NULL,
    ride_id INT UNSIGNED NULL,
    description VARCHAR(1000) NOT NULL,
    sample TEXT NULL COMMENT 'a record that shows it, cut',
    timestamp_start DATETIME(3) NULL COMMENT 'UTC; NULL: not a matter of time',
    timestamp_end DATETIME(3) NULL COMMENT 'UTC, exclusive; NULL: goes on',
    records_affected BIGINT UNSIGNED NOT NULL,
    resolution_status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'OPEN, INVESTIGATING, RESOLVED or WONTFIX',
    resolution_notes VARCHAR(2000) NULL,
    resolved_by VARCHAR(190) NULL,
    resolved_at DATETIME(3) NULL,
    is_present BOOLEAN NOT NULL COMMENT 'the last check that looked there found it',
    times_opened INT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL COMMENT 'last change of anything but seen_at',
    seen_at DATETIME(3) NOT NULL COMMENT 'last check that found it',
    PRIMARY KEY (log_id),
    UNIQUE KEY detector_cause (detector, cause),
    KEY status_type (resolution_status, issue_type, severity),
    KEY detector_scope (detector, scope_id),
    KEY type_start (issue_type, timestamp_start),
    KEY park (park_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE quality_checks (
    detector VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    scope_id INT UNSIGNED NOT NULL,
    completed_at DATETIME(3) NULL COMMENT 'the last time it could look; NULL: never',
    found INT UNSIGNED NOT NULL,
    failed_at DATETIME(3) NULL COMMENT 'the last time it could not; NULL: that was before completed_at, or never',
    error VARCHAR(1000) NULL,
    PRIMARY KEY (detector, scope_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
