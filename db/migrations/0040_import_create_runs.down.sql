-- Drops the record of what was imported; the rows and the raw objects stay.
DROP TABLE IF EXISTS unmatched_entity_days;
DROP TABLE IF EXISTS unmatched_entities;
DROP TABLE IF EXISTS import_entities;
DROP TABLE IF EXISTS import_files;
DROP TABLE IF EXISTS archive_objects;
DROP TABLE IF EXISTS import_checkpoints;
DROP TABLE IF EXISTS import_batches;
