-- Drops the raw facts: only for a database whose facts can be imported again.
DROP TABLE IF EXISTS snapshot_days;
DROP TABLE IF EXISTS show_times;
DROP TABLE IF EXISTS queue_data;
DROP TABLE IF EXISTS ride_status_snapshots;
