-- Keys made by `keys create`. Only the SHA-256 of a key is kept: the keys are 256 random bits, so it cannot be guessed back.
CREATE TABLE admin_keys (
    key_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(64) NOT NULL,
    key_hash BINARY(32) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    revoked_at DATETIME(3) NULL,
    -- One live key per name; a name is free again once its key is revoked.
    live_name VARCHAR(64) GENERATED ALWAYS AS (CASE WHEN revoked_at IS NULL THEN name END) STORED,
    PRIMARY KEY (key_id),
    UNIQUE KEY admin_keys_live_name (live_name),
    UNIQUE KEY admin_keys_hash (key_hash)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
