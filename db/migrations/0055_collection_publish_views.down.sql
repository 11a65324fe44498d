DROP VIEW IF EXISTS v_ledger;
DROP VIEW IF EXISTS v_snapshots;
ALTER TABLE snapshot_days DROP KEY IF EXISTS revisions;
