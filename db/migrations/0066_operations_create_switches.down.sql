DROP TABLE IF EXISTS operation_switches;
