ALTER TABLE rides
    DROP KEY IF EXISTS ix_rides_metadata,
    DROP COLUMN IF EXISTS metadata_uuid,
    DROP COLUMN IF EXISTS indoor_outdoor,
    DROP COLUMN IF EXISTS category;
