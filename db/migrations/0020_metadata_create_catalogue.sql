-- Who is who: destinations, parks, rides, and the dated names and identities of rides. Instants are UTC.

CREATE TABLE destinations (
    destination_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    uuid           CHAR(36) CHARACTER SET ascii NOT NULL,
    -- NULL: the archive knows the destination, the catalogue has not named it yet.
    name           VARCHAR(255) NULL,
    slug           VARCHAR(255) NULL,
    created_at     DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    updated_at     DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    PRIMARY KEY (destination_id),
    UNIQUE KEY uq_destinations_uuid (uuid)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE parks (
    park_id        INT UNSIGNED NOT NULL AUTO_INCREMENT,
    destination_id INT UNSIGNED NOT NULL,
    uuid           CHAR(36) CHARACTER SET ascii NOT NULL,
    name           VARCHAR(255) NULL,
    slug           VARCHAR(255) NULL,
    -- IANA zone id; a park without one cannot have local days and is not created.
    timezone       VARCHAR(64) CHARACTER SET ascii NOT NULL,
    created_at     DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    updated_at     DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    PRIMARY KEY (park_id),
    UNIQUE KEY uq_parks_uuid (uuid),
    KEY ix_parks_destination (destination_id),
    CONSTRAINT fk_parks_destination FOREIGN KEY (destination_id) REFERENCES destinations (destination_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE rides (
    ride_id         INT UNSIGNED NOT NULL AUTO_INCREMENT,
    park_id         INT UNSIGNED NOT NULL,
    -- The ride's current upstream id; NULL until a match binds one.
    uuid            CHAR(36) CHARACTER SET ascii NULL,
    -- The latest dated name; NULL when no source has stated one.
    name            VARCHAR(255) NULL,
    normalized_name VARCHAR(255) NULL,
    entity_type     VARCHAR(16) CHARACTER SET ascii NOT NULL,
    external_id     VARCHAR(255) NULL,
    created_from    VARCHAR(32) CHARACTER SET ascii NOT NULL,
    created_at      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    updated_at      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    PRIMARY KEY (ride_id),
    UNIQUE KEY uq_rides_uuid (uuid),
    KEY ix_rides_park (park_id),
    CONSTRAINT fk_rides_park FOREIGN KEY (park_id) REFERENCES parks (park_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- NAME and EXTERNAL_ID are history as observed; ALIAS (another name) and UUID (another identity) are an operator's word.
CREATE TABLE ride_aliases (
    alias_id   INT UNSIGNED NOT NULL AUTO_INCREMENT,
    ride_id    INT UNSIGNED NOT NULL,
    kind       VARCHAR(12) CHARACTER SET ascii NOT NULL,
    value      VARCHAR(255) NOT NULL,
    normalized VARCHAR(255) NULL,
    -- 1000-01-01 is "always was".
    valid_from DATETIME(3) NOT NULL,
    -- Exclusive; NULL is open.
    valid_to   DATETIME(3) NULL,
    source     VARCHAR(32) CHARACTER SET ascii NOT NULL,
    created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    uuid       CHAR(36) CHARACTER SET ascii GENERATED ALWAYS AS (CASE WHEN kind = 'UUID' THEN value END) STORED,
    PRIMARY KEY (alias_id),
    UNIQUE KEY uq_ride_aliases_value (ride_id, kind, valid_from, value),
    UNIQUE KEY uq_ride_aliases_uuid (uuid, valid_from),
    CONSTRAINT fk_ride_aliases_ride FOREIGN KEY (ride_id) REFERENCES rides (ride_id) ON DELETE CASCADE,
    CONSTRAINT ck_ride_aliases_kind CHECK (kind IN ('NAME', 'EXTERNAL_ID', 'ALIAS', 'UUID'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
