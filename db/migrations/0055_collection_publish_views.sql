-- What other modules may read in SQL. The key reads the ledger once (a row per park, day and source) and lets readers and writers go on;
-- the views lock nothing.
ALTER TABLE snapshot_days
    ADD KEY revisions (park_id, utc_day, data_source, revision);

-- Merged into the query that reads it: bounds on recorded_at leave out partitions as on the table.
CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW v_snapshots AS
SELECT ride_id, recorded_at, status, wait_minutes, data_source, flags
FROM ride_status_snapshots;

CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW v_ledger AS
SELECT park_id, utc_day, data_source, destination_id, row_count, first_at, last_at, revision, written_at
FROM snapshot_days;
