DROP TABLE IF EXISTS node_minutes;
