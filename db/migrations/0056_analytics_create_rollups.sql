-- Sums by hour and by day; docs/metrics.md defines them. New tables: no lock on existing data. Everything here can be computed again.
-- A ride's own hours lie together (charts, profiles); a date's rides lie together (rankings), and a key finds a ride's own days.
CREATE TABLE ride_hourly_stats (
    ride_id INT UNSIGNED NOT NULL,
    stat_date DATE NOT NULL COMMENT 'operating day of the park',
    hour_start DATETIME NOT NULL COMMENT 'UTC; a clock hour of the park''s zone, cut by the operating day',
    local_hour TINYINT UNSIGNED NOT NULL COMMENT '0 to 23',
    operating_s SMALLINT UNSIGNED NOT NULL,
    down_s SMALLINT UNSIGNED NOT NULL COMMENT 'status DOWN, as stated',
    closed_s SMALLINT UNSIGNED NOT NULL,
    refurbishment_s SMALLINT UNSIGNED NOT NULL,
    unknown_s SMALLINT UNSIGNED NOT NULL,
    open_s SMALLINT UNSIGNED NULL COMMENT 'the park was open; NULL: unknown, as in all that needs it',
    open_known_s SMALLINT UNSIGNED NULL COMMENT 'of these, with a known state of the ride',
    uptime_s SMALLINT UNSIGNED NULL COMMENT 'OPERATING while open',
    downtime_s SMALLINT UNSIGNED NULL COMMENT 'down by the rule; NULL: the ride did not operate that day',
    wait_s SMALLINT UNSIGNED NOT NULL COMMENT 'a wait counted',
    wait_sum INT UNSIGNED NOT NULL COMMENT 'minutes times seconds',
    wait_max SMALLINT UNSIGNED NULL,
    waits VARBINARY(2000) NOT NULL COMMENT 'distribution of the wait: docs/metrics.md',
    snapshots SMALLINT UNSIGNED NOT NULL,
    PRIMARY KEY (ride_id, stat_date, hour_start)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */;

CREATE TABLE ride_daily_stats (
    stat_date DATE NOT NULL,
    ride_id INT UNSIGNED NOT NULL,
    park_id INT UNSIGNED NOT NULL,
    counted BOOLEAN NOT NULL COMMENT 'takes part in the park''s figures',
    operating_s MEDIUMINT UNSIGNED NOT NULL,
    down_s MEDIUMINT UNSIGNED NOT NULL,
    closed_s MEDIUMINT UNSIGNED NOT NULL,
    refurbishment_s MEDIUMINT UNSIGNED NOT NULL,
    unknown_s MEDIUMINT UNSIGNED NOT NULL,
    open_s MEDIUMINT UNSIGNED NULL,
    open_known_s MEDIUMINT UNSIGNED NULL,
    uptime_s MEDIUMINT UNSIGNED NULL,
    downtime_s MEDIUMINT UNSIGNED NULL COMMENT 'NULL: the ride did not operate, or open time is unknown',
    operated BOOLEAN NULL,
    downtime_events SMALLINT UNSIGNED NULL,
    longest_downtime_s MEDIUMINT UNSIGNED NULL,
    status_changes SMALLINT UNSIGNED NOT NULL,
    wait_s MEDIUMINT UNSIGNED NOT NULL,
    wait_sum INT UNSIGNED NOT NULL,
    wait_min SMALLINT UNSIGNED NULL,
    wait_max SMALLINT UNSIGNED NULL,
    wait_p50 SMALLINT UNSIGNED NULL,
    wait_p90 SMALLINT UNSIGNED NULL,
    wait_p95 SMALLINT UNSIGNED NULL,
    snapshots MEDIUMINT UNSIGNED NOT NULL,
    PRIMARY KEY (stat_date, ride_id),
    KEY ride (ride_id, stat_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */;

CREATE TABLE ride_downtimes (
    ride_id INT UNSIGNED NOT NULL,
    stat_date DATE NOT NULL,
    started_at DATETIME NOT NULL COMMENT 'UTC',
    ended_at DATETIME NOT NULL COMMENT 'UTC; at the end of what is covered it may still go on',
    PRIMARY KEY (ride_id, stat_date, started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin /*M! PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=1 */ /*!80030 COMPRESSION='zlib' */;

CREATE TABLE park_hourly_stats (
    park_id INT UNSIGNED NOT NULL,
    stat_date DATE NOT NULL,
    hour_start DATETIME NOT NULL COMMENT 'UTC',
    local_hour TINYINT UNSIGNED NOT NULL,
    open_s SMALLINT UNSIGNED NULL,
    rides_operating SMALLINT UNSIGNED NOT NULL COMMENT 'rides OPERATING at some time of the hour while open',
    rides_down SMALLINT UNSIGNED NOT NULL COMMENT 'rides with downtime in the hour',
    uptime_s INT UNSIGNED NOT NULL COMMENT 'this and the sums below: over the rides that operated that day',
    downtime_s INT UNSIGNED NOT NULL,
    weighted_downtime_s INT UNSIGNED NOT NULL,
    weighted_known_s INT UNSIGNED NOT NULL COMMENT 'weight times open time with a known state',
    wait_s INT UNSIGNED NOT NULL,
    wait_sum BIGINT UNSIGNED NOT NULL,
    wait_max SMALLINT UNSIGNED NULL,
    PRIMARY KEY (park_id, stat_date, hour_start)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE park_daily_stats (
    stat_date DATE NOT NULL,
    park_id INT UNSIGNED NOT NULL,
    day_start DATETIME NOT NULL COMMENT 'UTC; of the operating day',
    day_end DATETIME NOT NULL COMMENT 'UTC, exclusive',
    covered_s MEDIUMINT UNSIGNED NOT NULL,
    open_s MEDIUMINT UNSIGNED NULL,
    first_open_at DATETIME NULL,
    last_open_at DATETIME NULL COMMENT 'end of the last open stretch, exclusive',
    hours_source VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'PUBLISHED, INFERRED or UNKNOWN',
    rides_tracked SMALLINT UNSIGNED NOT NULL COMMENT 'counted rides with a known state at some time',
    rides_operated SMALLINT UNSIGNED NOT NULL,
    rides_with_downtime SMALLINT UNSIGNED NOT NULL,
    uptime_s INT UNSIGNED NOT NULL,
    downtime_s INT UNSIGNED NOT NULL,
    weighted_downtime_s INT UNSIGNED NOT NULL,
    weighted_known_s INT UNSIGNED NOT NULL,
    effective_weight INT UNSIGNED NOT NULL,
    wait_s INT UNSIGNED NOT NULL,
    wait_sum BIGINT UNSIGNED NOT NULL,
    wait_max SMALLINT UNSIGNED NULL,
    rides_with_waits SMALLINT UNSIGNED NOT NULL,
    snapshots INT UNSIGNED NOT NULL COMMENT 'rows of counted rides',
    PRIMARY KEY (stat_date, park_id),
    KEY park (park_id, stat_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE stats_parks (
    park_id INT UNSIGNED NOT NULL,
    basis BINARY(8) NOT NULL COMMENT 'hash of what counts besides the ledger: rules, zone, operator, tiers, kinds',
    revision BIGINT UNSIGNED NOT NULL COMMENT 'raised by every change of the park''s figures',
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (park_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE stats_watermarks (
    park_id INT UNSIGNED NOT NULL,
    utc_day DATE NOT NULL,
    data_source TINYINT UNSIGNED NOT NULL,
    revision INT UNSIGNED NOT NULL COMMENT 'of the ledger, as far as the figures have it',
    row_count INT UNSIGNED NOT NULL,
    last_at DATETIME(3) NULL COMMENT 'live rows are only added at the end: what came before is in the figures',
    PRIMARY KEY (park_id, utc_day, data_source)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
