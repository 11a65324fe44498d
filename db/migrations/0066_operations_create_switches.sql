-- What is switched for the whole warehouse, on every node: a row is there while it is on. A new table: no lock on existing data.
CREATE TABLE operation_switches (
  name VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'MAINTENANCE, CONSOLE_CLOSED',
  since_at DATETIME(3) NOT NULL COMMENT 'UTC',
  expected_end DATETIME(3) NULL COMMENT 'UTC; what callers are told to wait for',
  set_by VARCHAR(200) NOT NULL,
  why VARCHAR(500) NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
