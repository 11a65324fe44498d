DROP TABLE collection_quarantine;
DROP TABLE live_parts;
DROP TABLE live_entities;
DROP TABLE collection_runs;
