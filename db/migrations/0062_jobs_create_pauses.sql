-- What operators have paused. A new table: no lock on existing data.
CREATE TABLE job_pauses (
  scope VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'JOB, NAME, QUEUE or ALL',
  subject VARCHAR(100) NOT NULL COMMENT 'job id, wire name or queue; empty for ALL',
  paused_at DATETIME(3) NOT NULL,
  paused_by VARCHAR(200) NOT NULL,
  paused_why VARCHAR(500) NULL,
  PRIMARY KEY (scope, subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
