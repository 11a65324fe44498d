DROP TABLE IF EXISTS stats_watermarks;
DROP TABLE IF EXISTS stats_parks;
DROP TABLE IF EXISTS park_daily_stats;
DROP TABLE IF EXISTS park_hourly_stats;
DROP TABLE IF EXISTS ride_downtimes;
DROP TABLE IF EXISTS ride_daily_stats;
DROP TABLE IF EXISTS ride_hourly_stats;
