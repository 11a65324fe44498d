-- What schedules ask for, without arguments and without an error, is nearly all of a year's jobs, and text is never found in it but in who asked: a search reads
-- the other jobs, and the askers. The column is computed where it is read. Locks nothing for longer than a moment.
ALTER TABLE jobs
    ADD COLUMN is_routine BOOLEAN AS (payload = '{}' AND last_error IS NULL AND created_by LIKE 'schedule:%') VIRTUAL COMMENT 'its only text is who asked';

-- Reads the table once; readers and writers go on.
ALTER TABLE jobs
    ADD KEY ix_jobs_routine (is_routine, created_by);
