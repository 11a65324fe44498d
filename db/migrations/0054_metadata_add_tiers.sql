-- How much a ride counts in its park's figures, and quick answers to "has the catalogue changed".
-- A new column at the end is instant; each key reads its table once (thousands of rows) and lets readers and writers go on.
ALTER TABLE rides
    ADD COLUMN tier TINYINT UNSIGNED NULL COMMENT '1 to 3; NULL: nobody has said',
    ADD KEY ix_rides_updated (updated_at);

ALTER TABLE parks
    ADD KEY ix_parks_updated (updated_at);

ALTER TABLE destinations
    ADD KEY ix_destinations_updated (updated_at);
