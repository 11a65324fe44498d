ALTER TABLE jobs
    DROP KEY IF EXISTS ix_jobs_finished;
