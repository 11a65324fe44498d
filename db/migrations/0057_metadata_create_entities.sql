-- Facts of every upstream entity, each version of them, and how the last sync of each park went. New tables: no lock on existing data.
CREATE TABLE entity_metadata (
    uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    scope_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the park that lists it, itself for a park; the destination for what is in no park',
    park_id INT UNSIGNED NULL COMMENT 'of the catalogue',
    ride_id INT UNSIGNED NULL COMMENT 'NULL: a destination, park, restaurant or hotel, or not matched',
    entity_type VARCHAR(32) NOT NULL,
    attraction_type VARCHAR(64) NULL,
    name VARCHAR(255) NULL,
    slug VARCHAR(255) NULL,
    external_id VARCHAR(255) NULL,
    latitude DOUBLE NULL COMMENT 'degrees; NULL with longitude: not stated, or stated as 0/0',
    longitude DOUBLE NULL,
    min_height_cm SMALLINT UNSIGNED NULL,
    max_height_cm SMALLINT UNSIGNED NULL,
    height_flags VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what was odd about the stated heights, comma separated',
    tags MEDIUMTEXT NULL COMMENT 'JSON as stated',
    attributes MEDIUMTEXT NULL COMMENT 'JSON: every stated field without a column',
    indoor_outdoor VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'INDOOR, OUTDOOR, HYBRID or UNKNOWN',
    indoor_outdoor_confidence DECIMAL(3, 2) NOT NULL,
    indoor_outdoor_evidence VARCHAR(255) NULL,
    version INT UNSIGNED NOT NULL COMMENT 'the newest in entity_metadata_history',
    first_seen_at DATETIME(3) NOT NULL,
    changed_at DATETIME(3) NOT NULL COMMENT 'valid_from of the newest version',
    synced_at DATETIME(3) NOT NULL COMMENT 'when upstream last stated it',
    delisted_at DATETIME(3) NULL COMMENT 'no longer listed since; NULL: listed',
    details_etag VARCHAR(128) NULL COMMENT 'of the entity document the facts are from',
    reader_version SMALLINT UNSIGNED NOT NULL COMMENT 'of the program that read it: another one reads it again whatever the ETag says',
    PRIMARY KEY (uuid),
    KEY ix_entity_metadata_scope (scope_uuid),
    KEY ix_entity_metadata_ride (ride_id),
    KEY ix_entity_metadata_place (latitude, longitude)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE entity_metadata_history (
    uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version INT UNSIGNED NOT NULL COMMENT 'from 1',
    valid_from DATETIME(3) NOT NULL COMMENT 'UTC: when it was first seen so',
    cause VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SYNC or OPERATOR',
    facts MEDIUMTEXT NOT NULL COMMENT 'JSON: all that was known then',
    changes MEDIUMTEXT NOT NULL COMMENT 'JSON: fields with their old and new values; empty for the first',
    PRIMARY KEY (uuid, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE metadata_syncs (
    scope_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'a park, or a destination for what is in no park of it',
    destination_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    park_id INT UNSIGNED NULL COMMENT 'NULL: of a destination, or of a park the catalogue lacks',
    job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    attempted_at DATETIME(3) NOT NULL,
    succeeded_at DATETIME(3) NULL COMMENT 'the last time it was not refused and did not fail',
    outcome VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SYNCED, PARTIAL, REFUSED or FAILED',
    reason VARCHAR(500) NULL COMMENT 'why it is not SYNCED',
    listed INT UNSIGNED NULL COMMENT 'entities upstream lists; NULL: it could not be asked',
    created INT UNSIGNED NOT NULL,
    updated INT UNSIGNED NOT NULL,
    unchanged INT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL COMMENT 'entities whose document could not be had or read',
    delisted INT UNSIGNED NOT NULL,
    simulated BOOLEAN NOT NULL COMMENT 'a simulator answered: this is no real data',
    PRIMARY KEY (scope_uuid)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
