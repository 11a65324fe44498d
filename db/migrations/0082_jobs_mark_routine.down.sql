ALTER TABLE jobs
    DROP KEY IF EXISTS ix_jobs_routine;

ALTER TABLE jobs
    DROP COLUMN IF EXISTS is_routine;
