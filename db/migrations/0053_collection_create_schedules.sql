-- What parks publish of their days, with the instant each statement was first seen. New tables: no lock on existing data.
-- Rows are only ever added. A day's statement is its newest version; as of an instant, the newest one not after it.
CREATE TABLE park_schedule_versions (
    park_id INT UNSIGNED NOT NULL,
    local_date DATE NOT NULL COMMENT 'the day of the opening, in the zone of the park',
    observed_at DATETIME(3) NOT NULL COMMENT 'UTC: when upstream was first seen to state this',
    entries SMALLINT UNSIGNED NOT NULL COMMENT 'rows in park_schedules; 0: the day is no longer listed, or nothing of it could be read',
    unreadable MEDIUMTEXT NULL COMMENT 'JSON: entries of the day that could not be read, raw; NULL: none',
    simulated TINYINT UNSIGNED NOT NULL COMMENT '1: a simulator said so, this is no real data',
    sha256 BINARY(32) NOT NULL COMMENT 'over the statement: equal means the same',
    PRIMARY KEY (park_id, local_date, observed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE park_schedules (
    park_id INT UNSIGNED NOT NULL,
    local_date DATE NOT NULL,
    observed_at DATETIME(3) NOT NULL COMMENT 'UTC: of the version',
    position SMALLINT UNSIGNED NOT NULL COMMENT 'by opening, then by content; not the order of upstream',
    type VARCHAR(1000) NOT NULL COMMENT 'as stated: OPERATING, TICKETED_EVENT, PRIVATE_EVENT, EXTRA_HOURS, INFO, words yet to come',
    description VARCHAR(1000) NULL,
    opens_at DATETIME(3) NULL COMMENT 'UTC',
    closes_at DATETIME(3) NULL COMMENT 'UTC; may be on the next local day',
    flags TINYINT UNSIGNED NOT NULL COMMENT 'what is odd about it: docs/data-model.md',
    purchases MEDIUMTEXT NULL COMMENT 'JSON as stated; amounts are minor units of their currency',
    extra MEDIUMTEXT NULL COMMENT 'JSON: fields nobody told us of',
    PRIMARY KEY (park_id, local_date, observed_at, position)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
