DROP TABLE IF EXISTS quality_checks;
DROP TABLE IF EXISTS data_quality_log;
