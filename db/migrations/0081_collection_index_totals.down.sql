ALTER TABLE snapshot_days
    DROP KEY IF EXISTS entries,
    ADD KEY revisions (park_id, utc_day, data_source, revision);

ALTER TABLE collection_runs
    DROP KEY IF EXISTS slot_totals,
    ADD KEY slot (slot);
