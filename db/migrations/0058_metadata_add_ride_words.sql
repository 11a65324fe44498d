-- What operators say of a ride, and which entity speaks for it. New columns at the end are instant; the key reads the table once (thousands of rows)
-- and lets readers and writers go on.
ALTER TABLE rides
    ADD COLUMN category VARCHAR(64) NULL COMMENT 'an operator''s word; NULL: nobody has said',
    ADD COLUMN indoor_outdoor VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'an operator''s word: INDOOR, OUTDOOR or HYBRID; NULL: nobody has said',
    ADD COLUMN metadata_uuid CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the entity whose facts are the ride''s; NULL: never synced',
    ADD KEY ix_rides_metadata (metadata_uuid);
