DROP TABLE IF EXISTS job_schedules;
