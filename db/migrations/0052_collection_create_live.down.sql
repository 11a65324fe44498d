DROP TABLE IF EXISTS collection_quarantine;
DROP TABLE IF EXISTS live_parts;
DROP TABLE IF EXISTS live_entities;
DROP TABLE IF EXISTS collection_runs;
