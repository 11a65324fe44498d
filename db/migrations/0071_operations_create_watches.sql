-- The watch over a release for seven days, and what it saw every half hour. New tables: no lock on existing data.
CREATE TABLE watches (
  watch_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  release_version VARCHAR(100) NOT NULL,
  state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'WATCHING, PASSED, FAILED or ENDED',
  is_running TINYINT AS (CASE WHEN state = 'WATCHING' THEN 1 END) STORED COMMENT 'one at a time',
  begun_at DATETIME(3) NOT NULL COMMENT 'UTC',
  begun_by VARCHAR(200) NOT NULL,
  why VARCHAR(500) NULL,
  ended_at DATETIME(3) NULL,
  ended_by VARCHAR(200) NULL,
  end_why VARCHAR(2000) NULL COMMENT 'the reason of who ended it, or what it failed for',
  PRIMARY KEY (watch_id),
  UNIQUE KEY running (is_running)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE watch_samples (
  watch_id INT UNSIGNED NOT NULL,
  metric VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  slot SMALLINT UNSIGNED NOT NULL COMMENT 'half hours since the watch began',
  sampled_at DATETIME(3) NOT NULL COMMENT 'UTC',
  value DOUBLE NULL COMMENT 'NULL: no data',
  threshold VARCHAR(60) NOT NULL COMMENT 'what was wanted then, in words',
  verdict VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'PASS, WARN, FAIL or NO_DATA',
  detail VARCHAR(500) NULL COMMENT 'what the value is made of, or why there is none',
  PRIMARY KEY (watch_id, metric, slot),
  CONSTRAINT watch_samples_watch FOREIGN KEY (watch_id) REFERENCES watches (watch_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
