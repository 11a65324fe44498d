-- What each node saw of itself, a row a minute, kept for 30 days. A new table: no lock on existing data.
CREATE TABLE node_minutes (
  ended_at DATETIME(3) NOT NULL COMMENT 'UTC; the end of the minute',
  node VARCHAR(100) NOT NULL COMMENT 'Jobs:NodeId',
  seconds DOUBLE NOT NULL COMMENT 'its length',
  api_requests INT UNSIGNED NULL COMMENT 'answered below /api; NULL, as all of HTTP: the node serves none',
  api_errors INT UNSIGNED NULL COMMENT 'of them 5xx',
  api_p95_ms DOUBLE NULL COMMENT 'NULL too when nothing was asked',
  api_times VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'how many took at most so many ms, such as 20=118 50=2',
  page_requests INT UNSIGNED NULL COMMENT 'of the console',
  page_errors INT UNSIGNED NULL,
  page_p95_ms DOUBLE NULL,
  page_times VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NULL,
  cpu_percent DOUBLE NOT NULL COMMENT 'of all its processors',
  rss_bytes BIGINT UNSIGNED NOT NULL,
  memory_bytes BIGINT UNSIGNED NULL COMMENT 'what the machine or its cgroup has; NULL: not visible',
  log_errors INT UNSIGNED NOT NULL COMMENT 'lines of level error or above',
  PRIMARY KEY (ended_at, node)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
