-- What ended in the last hours, found without reading every job there was. Reads the table once; readers and writers go on.
ALTER TABLE jobs
    ADD KEY ix_jobs_finished (finished_at, state);
