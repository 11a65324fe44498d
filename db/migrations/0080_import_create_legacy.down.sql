-- Forgets how far an existing warehouse is brought over; its rows, here and there, stay. Roll a swap back first: its view reads v_legacy_rides.
DROP VIEW IF EXISTS v_legacy_rides;
DROP TABLE IF EXISTS legacy_unknown_days;
DROP TABLE IF EXISTS legacy_days;
DROP TABLE IF EXISTS legacy_rides;
DROP TABLE IF EXISTS legacy_copies;
