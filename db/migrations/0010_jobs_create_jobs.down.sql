DROP TABLE job_log;
DROP TABLE job_attempts;
DROP TABLE job_fences;
DROP TABLE jobs;
