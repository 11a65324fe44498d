namespace ThemePark.Modules.Metadata.Resolving;

internal sealed partial class CatalogueSession
{
    private const string SelectDestination = """
        SELECT destination_id
        FROM destinations
        WHERE uuid = @Uuid
        """;

    private const string SelectDestinationLocked = """
        SELECT destination_id
        FROM destinations
        WHERE uuid = @Uuid
        FOR UPDATE
        """;

    private const string InsertDestination = """
        INSERT INTO destinations (uuid)
        VALUES (@Uuid)
        ON DUPLICATE KEY UPDATE uuid = uuid
        """;

    private const string SelectKnown = """
        SELECT
            r.ride_id AS RideId,
            r.park_id AS ParkId,
            r.uuid AS Uuid,
            r.entity_type AS EntityType,
            a.kind AS Kind,
            a.value AS Value,
            a.valid_from AS ValidFrom,
            a.valid_to AS ValidTo
        FROM rides AS r
        LEFT JOIN ride_aliases AS a ON a.ride_id = r.ride_id AND a.kind IN ('NAME', 'EXTERNAL_ID', 'UUID')
        WHERE r.uuid IN @Uuids
        UNION
        SELECT r.ride_id, r.park_id, r.uuid, r.entity_type, a.kind, a.value, a.valid_from, a.valid_to
        FROM ride_aliases AS m
        JOIN rides AS r ON r.ride_id = m.ride_id
        LEFT JOIN ride_aliases AS a ON a.ride_id = r.ride_id AND a.kind IN ('NAME', 'EXTERNAL_ID', 'UUID')
        WHERE m.uuid IN @Uuids
        """;

    private const string SelectParks = """
        SELECT uuid, park_id
        FROM parks
        WHERE uuid IN @Uuids
        """;

    private const string InsertParks = """
        INSERT INTO parks (destination_id, uuid, slug, timezone)
        SELECT @DestinationId, j.uuid, j.slug, j.timezone
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
            uuid CHAR(36) PATH '$.uuid',
            slug VARCHAR(255) PATH '$.slug',
            timezone VARCHAR(64) PATH '$.timezone')) AS j
        ON DUPLICATE KEY UPDATE timezone = parks.timezone
        """;

    private const string SelectParksLocked = """
        SELECT park_id
        FROM parks
        WHERE park_id IN @ParkIds
        ORDER BY park_id
        FOR UPDATE
        """;

    private const string SelectParkRides = """
        SELECT
            r.ride_id AS RideId,
            r.park_id AS ParkId,
            r.uuid AS Uuid,
            r.name AS Name,
            r.normalized_name AS NormalizedName,
            a.kind AS Kind,
            a.normalized AS Alias,
            a.valid_from AS ValidFrom,
            a.valid_to AS ValidTo
        FROM rides AS r
        LEFT JOIN ride_aliases AS a ON a.ride_id = r.ride_id AND a.kind IN ('NAME', 'ALIAS')
        WHERE r.park_id IN @ParkIds
        ORDER BY r.ride_id, a.alias_id
        """;

    private const string UpdateRideUuids = """
        UPDATE rides AS r
        JOIN JSON_TABLE(@Rows, '$[*]' COLUMNS (
            ride_id INT UNSIGNED PATH '$.ride_id',
            uuid CHAR(36) PATH '$.uuid')) AS j ON j.ride_id = r.ride_id
        SET r.uuid = j.uuid
        WHERE r.uuid IS NULL
        """;

    private const string InsertRides = """
        INSERT INTO rides (park_id, uuid, entity_type, created_from)
        SELECT j.park_id, j.uuid, j.entity_type, j.created_from
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
            park_id INT UNSIGNED PATH '$.park_id',
            uuid CHAR(36) PATH '$.uuid',
            entity_type VARCHAR(16) PATH '$.entity_type',
            created_from VARCHAR(32) PATH '$.created_from')) AS j
        ON DUPLICATE KEY UPDATE park_id = rides.park_id
        """;

    private const string SelectRideIdsLocked = """
        SELECT uuid, ride_id, park_id
        FROM rides
        WHERE uuid IN @Uuids
        FOR UPDATE
        """;

    private const string SelectRidesLocked = """
        SELECT ride_id, entity_type
        FROM rides
        WHERE ride_id IN @RideIds
        ORDER BY ride_id
        FOR UPDATE
        """;

    private const string SelectHistories = """
        SELECT
            alias_id AS AliasId,
            ride_id AS RideId,
            kind AS Kind,
            value AS Value,
            valid_from AS ValidFrom,
            valid_to AS ValidTo
        FROM ride_aliases
        WHERE ride_id IN @RideIds AND kind IN ('NAME', 'EXTERNAL_ID')
        ORDER BY ride_id, kind, valid_from
        FOR UPDATE
        """;

    private const string DeleteAliases = """
        DELETE FROM ride_aliases
        WHERE alias_id IN @AliasIds
        """;

    private const string UpsertAliases = """
        INSERT INTO ride_aliases (ride_id, kind, value, normalized, valid_from, valid_to, source)
        SELECT j.ride_id, j.kind, j.value, j.normalized, j.valid_from, j.valid_to, j.source
        FROM JSON_TABLE(@Rows, '$[*]' COLUMNS (
            ride_id INT UNSIGNED PATH '$.ride_id',
            kind VARCHAR(12) PATH '$.kind',
            value VARCHAR(255) PATH '$.value',
            normalized VARCHAR(255) PATH '$.normalized',
            valid_from DATETIME(3) PATH '$.valid_from',
            valid_to DATETIME(3) PATH '$.valid_to',
            source VARCHAR(32) PATH '$.source')) AS j
        ON DUPLICATE KEY UPDATE valid_to = j.valid_to
        """;

    private const string UpdateRides = """
        UPDATE rides AS r
        JOIN JSON_TABLE(@Rows, '$[*]' COLUMNS (
            ride_id INT UNSIGNED PATH '$.ride_id',
            name VARCHAR(255) PATH '$.name',
            normalized_name VARCHAR(255) PATH '$.normalized_name',
            entity_type VARCHAR(16) PATH '$.entity_type',
            external_id VARCHAR(255) PATH '$.external_id')) AS j ON j.ride_id = r.ride_id
        SET r.name = COALESCE(j.name, r.name),
            r.normalized_name = COALESCE(j.normalized_name, r.normalized_name),
            r.entity_type = j.entity_type,
            r.external_id = COALESCE(j.external_id, r.external_id)
        """;
}
