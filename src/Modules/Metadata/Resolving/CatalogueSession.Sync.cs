using System.Text.Json;
using Dapper;

namespace ThemePark.Modules.Metadata.Resolving;

internal sealed partial class CatalogueSession
{
    /// <summary>Takes over what upstream states of a park; what it does not state stays. False: nothing changed.</summary>
    public async Task<bool> UpdateParkAsync(Guid uuid, int destinationId, string? name, string? slug, string zone) =>
        await connection.ExecuteAsync(Command(
            UpdatePark, new { Uuid = uuid.ToString(), DestinationId = destinationId, Name = name, Slug = slug, Zone = zone })) > 0;

    /// <summary>Gives rides the park upstream has them in by now. Their past days stay where they were counted.</summary>
    public async Task<int> MoveRidesAsync(IReadOnlyCollection<(int RideId, int ParkId)> moves) =>
        moves.Count == 0
            ? 0
            : await connection.ExecuteAsync(Command(UpdateRideParks, new
            {
                Rows = JsonSerializer.Serialize(moves.Select(move => new { ride_id = move.RideId, park_id = move.ParkId })),
            }));

    private const string UpdatePark = """
        UPDATE parks
        SET destination_id = @DestinationId,
            name = COALESCE(@Name, name),
            slug = COALESCE(@Slug, slug),
            timezone = @Zone
        WHERE uuid = @Uuid
          AND NOT (destination_id <=> @DestinationId
            AND name <=> COALESCE(@Name, name)
            AND slug <=> COALESCE(@Slug, slug)
            AND timezone <=> @Zone)
        """;

    private const string UpdateRideParks = """
        UPDATE rides AS r
        JOIN JSON_TABLE(@Rows, '$[*]' COLUMNS (
            ride_id INT UNSIGNED PATH '$.ride_id',
            park_id INT UNSIGNED PATH '$.park_id')) AS j ON j.ride_id = r.ride_id
        SET r.park_id = j.park_id
        WHERE r.park_id <> j.park_id
        """;
}
