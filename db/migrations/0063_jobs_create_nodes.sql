-- The processes that share the database, each signing its row. A new table: no lock on existing data.
CREATE TABLE job_nodes (
  node VARCHAR(100) NOT NULL COMMENT 'Jobs:NodeId',
  host VARCHAR(255) NOT NULL,
  version VARCHAR(100) NOT NULL COMMENT 'of the program',
  runs_jobs BOOLEAN NOT NULL COMMENT 'FALSE: it answers requests only',
  workers INT NOT NULL COMMENT 'jobs at once, of all queues',
  queues TEXT NOT NULL COMMENT 'limits by queue, JSON',
  started_at DATETIME(3) NOT NULL,
  heartbeat_at DATETIME(3) NOT NULL,
  stopped_at DATETIME(3) NULL COMMENT 'an orderly stop; NULL: it runs, or fell silent',
  PRIMARY KEY (node)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
