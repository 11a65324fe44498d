-- Forgets how far an existing warehouse is brought over; its rows, here and there, stay. Roll a swap back first: its view reads v_legacy_rides.
DROP VIEW v_legacy_rides;
DROP TABLE legacy_unknown_days;
DROP TABLE legacy_days;
DROP TABLE legacy_rides;
DROP TABLE legacy_copies;
