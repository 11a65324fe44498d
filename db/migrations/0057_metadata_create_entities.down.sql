DROP TABLE IF EXISTS metadata_syncs;
DROP TABLE IF EXISTS entity_metadata_history;
DROP TABLE IF EXISTS entity_metadata;
