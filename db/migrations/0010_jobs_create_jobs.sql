-- The source of truth. The engine only holds a trigger named job_id.dispatch_no, which may be lost or fire twice.
CREATE TABLE jobs (
  job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7 in hex',
  job_name VARCHAR(100) NOT NULL COMMENT 'wire name of the command',
  queue VARCHAR(50) NOT NULL,
  state VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ENQUEUED SCHEDULED RUNNING SUCCEEDED FAILED CANCELLED',
  payload MEDIUMTEXT NOT NULL COMMENT 'the command as JSON',
  unique_key VARCHAR(190) NULL,
  live_key VARCHAR(190) AS (CASE WHEN state IN ('ENQUEUED', 'SCHEDULED', 'RUNNING') THEN unique_key END) VIRTUAL,
  priority INT NOT NULL,
  attempts INT NOT NULL DEFAULT 0 COMMENT 'runs that threw',
  max_attempts INT NOT NULL,
  run_no INT NOT NULL DEFAULT 0 COMMENT 'runs begun',
  lost_runs INT NOT NULL DEFAULT 0,
  owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'token of the run that owns the job',
  node VARCHAR(100) NULL,
  heartbeat_at DATETIME(3) NULL,
  not_before DATETIME(3) NULL,
  dispatch_no INT NOT NULL DEFAULT 1,
  dispatched_at DATETIME(3) NULL COMMENT 'when the engine was told; NULL while it is to be told',
  progress DOUBLE NULL,
  progress_note VARCHAR(500) NULL,
  last_error TEXT NULL,
  created_by VARCHAR(200) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  started_at DATETIME(3) NULL,
  finished_at DATETIME(3) NULL,
  cancel_requested_at DATETIME(3) NULL,
  cancel_requested_by VARCHAR(200) NULL,
  cancel_reason VARCHAR(500) NULL,
  PRIMARY KEY (job_id),
  UNIQUE KEY ux_jobs_live_key (job_name, live_key),
  KEY ix_jobs_state (state, dispatched_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Apart from jobs, so that a writer's lock holds up neither heartbeats nor a cancel.
CREATE TABLE job_fences (
  job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the run that may write',
  PRIMARY KEY (job_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE job_attempts (
  job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  run_no INT NOT NULL,
  attempt INT NOT NULL,
  owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  node VARCHAR(100) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  outcome VARCHAR(11) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
    COMMENT 'RUNNING SUCCEEDED FAILED CANCELLED HANDED_BACK LOST SUPERSEDED',
  error TEXT NULL,
  PRIMARY KEY (job_id, run_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE job_log (
  line_id BIGINT NOT NULL AUTO_INCREMENT,
  job_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  run_no INT NOT NULL,
  logged_at DATETIME(3) NOT NULL,
  level TINYINT NOT NULL COMMENT '0 trace to 5 critical',
  text TEXT NOT NULL,
  PRIMARY KEY (line_id),
  KEY ix_job_log_job (job_id, line_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
