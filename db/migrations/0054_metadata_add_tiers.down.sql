ALTER TABLE destinations DROP KEY IF EXISTS ix_destinations_updated;
ALTER TABLE parks DROP KEY IF EXISTS ix_parks_updated;
ALTER TABLE rides DROP KEY IF EXISTS ix_rides_updated, DROP COLUMN IF EXISTS tier;
