ALTER TABLE jobs
    DROP KEY IF EXISTS ix_jobs_routine,
    DROP COLUMN IF EXISTS is_routine;
