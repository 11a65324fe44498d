using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Classifying;
using ThemePark.Modules.Metadata.Resolving;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Curation;

/// <summary>What an operator says of rides: tier, category, indoors or not. It wins over every guess, and what it changes is a version of the ride's facts.</summary>
internal sealed class RideWords(MySqlDatabase database, TimeProvider clock, ILogger<RideWords> logger)
{
    public const int MaxCategory = 64;

    /// <summary>Every ride with what was said of it.</summary>
    public async Task<IReadOnlyList<RideWord>> ExportAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RideWord>(new CommandDefinition(SelectAll, cancellationToken: ct))).AsList();
    }

    /// <summary>Applies the rows in one transaction; a ride there is not is rejected with its line and does not stop the others.</summary>
    public Task<RideWordReport> ApplyAsync(IReadOnlyList<RideWordRow> rows, CancellationToken ct) => MySqlRetry.RunAsync(
        async token =>
        {
            await using var connection = await database.OpenAsync(token);
            await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
            var known = new Dictionary<int, RideWord>();
            foreach (var ids in rows.Select(row => row.RideId).Order().Chunk(1_000))
            {
                foreach (var ride in await connection.QueryAsync<RideWord>(new CommandDefinition(SelectLocked, new { Rides = ids }, tx, cancellationToken: token)))
                {
                    known.Add(ride.RideId, ride);
                }
            }

            var changed = rows.Where(row => known.TryGetValue(row.RideId, out var was) && row.Over(was) != was)
                .Select(row => row.Over(known[row.RideId]))
                .ToList();
            await connection.ExecuteAsync(new CommandDefinition(Update, new { Rows = JsonSerializer.Serialize(changed) }, tx, cancellationToken: token));
            await JudgeAsync(new EntityStore(connection, tx, token), changed);
            await tx.CommitAsync(token);

            var rejected = rows.Where(row => !known.ContainsKey(row.RideId))
                .Select(row => new RideWordRejection(row.Line, string.Create(CultureInfo.InvariantCulture, $"there is no ride {row.RideId}")))
                .ToList();
            return new RideWordReport(changed.Count, rows.Count - changed.Count - rejected.Count, rejected);
        },
        clock,
        logger,
        ct);

    private async Task JudgeAsync(EntityStore store, List<RideWord> changed)
    {
        var entities = changed.Where(ride => ride.MetadataUuid is not null).ToDictionary(ride => ride.MetadataUuid!.Value);
        var stored = await store.ReadLockedAsync(entities.Keys);
        await store.SaveAsync(
            [
                .. stored.Values.Select(entity => new EntityWrite(
                    entity.Uuid,
                    entity.ScopeUuid,
                    EntityFacts.Parse(entity.Facts).Judged(entities[entity.Uuid].Word),
                    entity.DetailsEtag,
                    entity.ReaderVersion,
                    VersionCause.Operator)),
            ],
            stored,
            Entity.Milliseconds(clock.GetUtcNow().UtcDateTime));
    }

    private const string Columns =
        """
        SELECT
            r.ride_id AS RideId,
            r.name AS Name,
            COALESCE(p.name, p.slug, p.uuid) AS Park,
            r.tier AS Tier,
            r.category AS Category,
            r.indoor_outdoor AS IndoorOutdoor,
            r.metadata_uuid AS MetadataUuid
        FROM rides AS r
        JOIN parks AS p
            ON p.park_id = r.park_id

        """;

    private const string SelectAll = Columns + "ORDER BY r.ride_id";

    private const string SelectLocked = Columns +
        """
        WHERE r.ride_id IN @Rides
        ORDER BY r.ride_id
        FOR UPDATE
        """;

    private const string Update =
        """
        UPDATE rides AS r
        JOIN JSON_TABLE(@Rows, '$[*]' COLUMNS (
            ride_id INT UNSIGNED PATH '$.RideId',
            tier TINYINT UNSIGNED PATH '$.Tier',
            category VARCHAR(64) PATH '$.Category',
            indoor_outdoor VARCHAR(8) PATH '$.IndoorOutdoor')) AS j ON j.ride_id = r.ride_id
        SET r.tier = j.tier, r.category = j.category, r.indoor_outdoor = j.indoor_outdoor
        """;
}

/// <summary>A ride with what was said of it; null is no word.</summary>
internal sealed record RideWord
{
    public int RideId { get; init; }

    public string? Name { get; init; }

    public string? Park { get; init; }

    public int? Tier { get; init; }

    public string? Category { get; init; }

    public string? IndoorOutdoor { get; init; }

    public Guid? MetadataUuid { get; init; }

    public OperatorWord Word => new(Tier, Category, IndoorOutdoor is { } text ? EnumText.Parse<IndoorOutdoor>(text) : null);
}

/// <summary>One line of a file; of a column the file does not have, what was said before stays.</summary>
internal sealed record RideWordRow(int Line, int RideId, Said<int?> Tier, Said<string?> Category, Said<string?> IndoorOutdoor)
{
    public RideWord Over(RideWord was) => was with
    {
        Tier = Tier.Over(was.Tier),
        Category = Category.Over(was.Category),
        IndoorOutdoor = IndoorOutdoor.Over(was.IndoorOutdoor),
    };
}

/// <summary>A word, perhaps that there shall be none; or nothing said about it.</summary>
internal readonly record struct Said<T>(bool Anything, T Word)
{
    public T Over(T was) => Anything ? Word : was;
}

internal sealed record RideWordReport(int Updated, int Unchanged, IReadOnlyList<RideWordRejection> Rejected);

internal sealed record RideWordRejection(int Line, string Reason);
