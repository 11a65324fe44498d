-- What polls brought is added up from the key alone, however much else is in their rows. The old key is its beginning. Reads the table once; readers and writers go on.
ALTER TABLE collection_runs
    DROP KEY slot,
    ADD KEY slot_totals (slot, outcome, snapshots, duplicates);

-- What the ledger holds, and since when figures lack it, without reading which rides each day has. The old key is its beginning. Reads the ledger once; readers and
-- writers go on.
ALTER TABLE snapshot_days
    DROP KEY revisions,
    ADD KEY entries (park_id, utc_day, data_source, revision, row_count, written_at);
