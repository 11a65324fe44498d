-- Drops what was collected: upstream does not state again what it once published.
DROP TABLE IF EXISTS park_schedules;
DROP TABLE IF EXISTS park_schedule_versions;
