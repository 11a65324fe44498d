using Dapper;
using FluentValidation;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Unmatched;

/// <summary>Which entities, and in which order. Without a status those that wait for a word; <c>text</c> is part of a name, or a whole id.</summary>
internal interface IUnmatchedList
{
    int? DestinationId { get; }

    string? Status { get; }

    string? Text { get; }

    string? Sort { get; }
}

/// <summary>Holds for every request that carries <see cref="IUnmatchedList"/> and includes it.</summary>
internal sealed class UnmatchedListRules : AbstractValidator<IUnmatchedList>
{
    public const string DefaultSort = "-occurrences";
    public const int LongestText = 200;
    private static readonly string[] Sorts = [DefaultSort, "occurrences", "first_seen", "-first_seen", "last_seen", "-last_seen", "name", "-name"];

    public UnmatchedListRules()
    {
        RuleFor(q => q.Status).MustBeNameOf<IUnmatchedList, UnmatchedStatus>();
        RuleFor(q => q.Text).MaximumLength(LongestText);
        RuleFor(q => q.Sort).Must(s => s is null || Sorts.Contains(s)).WithMessage($"sort must be one of {string.Join(", ", Sorts)}; got '{{PropertyValue}}'.");
    }
}

/// <summary>Reads entities without a ride as operators see them.</summary>
internal sealed class UnmatchedReads(MySqlDatabase database, ICatalogue catalogue)
{
    public async Task<(IReadOnlyList<UnmatchedView> Entities, long Total)> ListAsync(IUnmatchedList list, int limit, int offset, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, Parameters(list), cancellationToken: ct));
        return (await SelectAsync(connection, Parameters(list, limit: limit, offset: offset), ct), total);
    }

    public async Task<UnmatchedView?> FindAsync(int unmatchedId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await SelectAsync(connection, Parameters(null, unmatchedId, limit: 1), ct)).SingleOrDefault();
    }

    /// <summary>What stands before and behind the entity in the list; of one that is not in it, the next is the first there.</summary>
    public async Task<(int? Previous, int? Next)> NeighboursAsync(IUnmatchedList list, int unmatchedId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var found = await connection.QueryAsync<(int? Previous, int? Next)>(new CommandDefinition(
            SelectNeighbours,
            new { list.DestinationId, list.Status, list.Text, Sort = list.Sort ?? UnmatchedListRules.DefaultSort, Of = unmatchedId, UnmatchedId = (int?)null },
            cancellationToken: ct));
        if (found.AsList() is [var neighbours])
        {
            return neighbours;
        }

        var first = await SelectAsync(connection, Parameters(list, limit: 1), ct);
        return (null, first.SingleOrDefault()?.UnmatchedId);
    }

    private static object Parameters(IUnmatchedList? list, int? unmatchedId = null, int limit = 0, int offset = 0) => new
    {
        UnmatchedId = unmatchedId,
        list?.DestinationId,
        list?.Status,
        list?.Text,
        Sort = list?.Sort ?? UnmatchedListRules.DefaultSort,
        Limit = limit,
        Offset = offset,
    };

    private async Task<IReadOnlyList<UnmatchedView>> SelectAsync(SafeMySqlConnection connection, object parameters, CancellationToken ct)
    {
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(SelectPage, parameters, cancellationToken: ct))).AsList();
        var destinations = (await catalogue.ListDestinationsAsync(ct)).ToDictionary(d => d.DestinationId, d => d.Name);
        var parks = (await catalogue.ListParksAsync(null, ct)).ToDictionary(p => p.Uuid);
        return [.. rows.Select(r => r.ToView(destinations.GetValueOrDefault(r.DestinationId), parks))];
    }

    private sealed class Row
    {
        public int UnmatchedId { get; init; }
        public int DestinationId { get; init; }
        public Guid EntityUuid { get; init; }
        public string? Name { get; init; }
        public string? ExternalId { get; init; }
        public Guid? ParkUuid { get; init; }
        public string? ParkSlug { get; init; }
        public string? TimeZone { get; init; }
        public string Kind { get; init; } = "";
        public string Status { get; init; } = "";
        public string Reason { get; init; } = "";
        public long Occurrences { get; init; }
        public int Days { get; init; }
        public DateTime? FirstSeen { get; init; }
        public DateTime? LastSeen { get; init; }
        public string Candidates { get; init; } = "[]";
        public string FirstImportId { get; init; } = "";
        public string LastImportId { get; init; } = "";
        public string? Resolution { get; init; }
        public int? RideId { get; init; }
        public string? Note { get; init; }
        public DateTime? ResolvedAt { get; init; }
        public string? ResolvedBy { get; init; }

        public UnmatchedView ToView(string? destination, Dictionary<Guid, Park> parks)
        {
            var park = ParkUuid is { } uuid ? parks.GetValueOrDefault(uuid) : null;
            return new UnmatchedView(
                UnmatchedId, DestinationId, destination, EntityUuid, Name, ExternalId,
                ParkUuid is null ? null : new UnmatchedPark(ParkUuid.Value, park?.ParkId, park?.Name ?? ParkSlug),
                park?.TimeZone ?? TimeZone, Kind, Status, Reason, Occurrences, Days, FirstSeen, LastSeen, UnmatchedRecords.Candidates(Candidates),
                FirstImportId, LastImportId, Resolution, RideId, Note, ResolvedAt, ResolvedBy);
        }
    }

    private const string Totals =
        """
        LEFT JOIN (
            SELECT unmatched_id, SUM(observations) AS occurrences, COUNT(*) AS days, MIN(first_at) AS first_at, MAX(last_at) AS last_at
            FROM unmatched_entity_days
            WHERE @UnmatchedId IS NULL OR unmatched_id = @UnmatchedId
            GROUP BY unmatched_id) AS d
            ON d.unmatched_id = u.unmatched_id
        """;

    private const string ListFilter =
        """
        (@DestinationId IS NULL OR u.destination_id = @DestinationId)
          AND (u.status = @Status OR (@Status IS NULL AND u.status NOT IN ('RESOLVED', 'IGNORED')))
          AND (@Text IS NULL OR LOCATE(LOWER(@Text), LOWER(u.name)) > 0 OR u.entity_uuid = LOWER(@Text) OR u.external_id = @Text)
        """;

    private const string Order =
        """
        ORDER BY
            CASE @Sort WHEN 'occurrences' THEN COALESCE(d.occurrences, 0) END,
            CASE @Sort WHEN '-occurrences' THEN COALESCE(d.occurrences, 0) END DESC,
            CASE @Sort WHEN 'first_seen' THEN d.first_at WHEN 'last_seen' THEN d.last_at END,
            CASE @Sort WHEN '-first_seen' THEN d.first_at WHEN '-last_seen' THEN d.last_at END DESC,
            CASE @Sort WHEN 'name' THEN LOWER(u.name) END,
            CASE @Sort WHEN '-name' THEN LOWER(u.name) END DESC,
            u.unmatched_id
        """;

    private const string Count = $"SELECT COUNT(*) FROM unmatched_entities AS u WHERE {ListFilter}";

    private const string SelectPage =
        $"""
        SELECT
            u.unmatched_id AS UnmatchedId, u.destination_id AS DestinationId, u.entity_uuid AS EntityUuid, u.name AS Name,
            u.external_id AS ExternalId, u.park_uuid AS ParkUuid, u.park_slug AS ParkSlug, u.time_zone AS TimeZone, u.kind AS Kind,
            u.status AS Status, u.reason AS Reason, COALESCE(d.occurrences, 0) AS Occurrences, COALESCE(d.days, 0) AS Days,
            d.first_at AS FirstSeen, d.last_at AS LastSeen, u.candidates AS Candidates, u.first_import_id AS FirstImportId,
            u.last_import_id AS LastImportId, u.resolution AS Resolution, u.ride_id AS RideId, u.note AS Note,
            u.resolved_at AS ResolvedAt, u.resolved_by AS ResolvedBy
        FROM unmatched_entities AS u
        {Totals}
        WHERE u.unmatched_id = @UnmatchedId OR (@UnmatchedId IS NULL AND {ListFilter})
        {Order}
        LIMIT @Limit OFFSET @Offset
        """;

    private const string SelectNeighbours =
        $"""
        SELECT Previous, Next
        FROM (
            SELECT u.unmatched_id AS Id, LAG(u.unmatched_id) OVER place AS Previous, LEAD(u.unmatched_id) OVER place AS Next
            FROM unmatched_entities AS u
            {Totals}
            WHERE {ListFilter}
            WINDOW place AS ({Order})) AS places
        WHERE Id = @Of
        """;
}
