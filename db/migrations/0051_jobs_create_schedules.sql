-- Recurring jobs: when a command is next to be enqueued. A new table: no lock on existing data.
CREATE TABLE job_schedules (
  name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  job_name VARCHAR(100) NOT NULL COMMENT 'wire name of the command, as declared by code',
  payload MEDIUMTEXT NOT NULL COMMENT 'the command as JSON, as declared by code',
  description VARCHAR(500) NOT NULL,
  cron VARCHAR(100) NOT NULL COMMENT 'five fields; the default when new, then the operator''s',
  time_zone VARCHAR(64) NOT NULL COMMENT 'IANA',
  next_at DATETIME(3) NOT NULL COMMENT 'the first instant not yet enqueued or skipped; of no meaning while paused or retired',
  last_at DATETIME(3) NULL COMMENT 'when it was last enqueued',
  last_job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  skipped BIGINT NOT NULL DEFAULT 0 COMMENT 'instants that found the last job unfinished',
  last_skipped_at DATETIME(3) NULL,
  paused_at DATETIME(3) NULL,
  paused_by VARCHAR(200) NULL,
  paused_why VARCHAR(500) NULL,
  changed_at DATETIME(3) NULL COMMENT 'when somebody changed cron or time zone; NULL: still the default',
  changed_by VARCHAR(200) NULL,
  declared_at DATETIME(3) NOT NULL COMMENT 'when a node first knew it',
  retired_at DATETIME(3) NULL COMMENT 'code no longer declares it',
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
