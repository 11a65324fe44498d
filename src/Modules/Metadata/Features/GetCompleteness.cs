using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Reading;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>How complete the facts of listed rides are, per park and overall; what upstream does not offer is told apart from what is missing (docs/metadata.md).</summary>
internal static class GetCompleteness
{
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(Facts Overall, IReadOnlyList<Park> Parks, DateTime Timestamp, Attribution Attribution);

    internal sealed record Park(int ParkId, string? ParkName, Facts Facts);

    /// <param name="Rides">Attractions and shows upstream lists: all percents are of these, those of heights of the attractions.</param>
    /// <param name="NeverSynced">Rides known from elsewhere; nobody has asked upstream for their facts, or it does not have them.</param>
    internal sealed record Facts(int Rides, int NeverSynced, int Delisted, Share Coordinates, Share Type, Share Classification, Share Heights);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPublic("/api/metadata", "Metadata")
            .MapGet("/completeness", Handle)
            .WithName(nameof(GetCompleteness))
            .WithSummary("Percent of rides with coordinates, type, classification and heights, per park and overall, and what upstream does not offer.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            Results.Ok(await mediator.Send(new Query(), cancellationToken));
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider clock) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = await connection.QueryAsync<Counts>(new CommandDefinition(SelectParks, cancellationToken: cancellationToken));
            var parks = rows.Select(r => r.ToPark()).ToList();
            return new Result(Sum(parks.ConvertAll(p => p.Facts)), parks, clock.GetUtcNow().UtcDateTime, Attribution.ThemeParksWiki);
        }

        private static Facts Sum(IReadOnlyList<Facts> parks) => new(
            parks.Sum(p => p.Rides),
            parks.Sum(p => p.NeverSynced),
            parks.Sum(p => p.Delisted),
            Share.Sum(parks.Select(p => p.Coordinates)),
            Share.Sum(parks.Select(p => p.Type)),
            Share.Sum(parks.Select(p => p.Classification)),
            Share.Sum(parks.Select(p => p.Heights)));

        private sealed class Counts
        {
            public int ParkId { get; init; }
            public string? ParkName { get; init; }
            public int Rides { get; init; }
            public int Attractions { get; init; }
            public int NeverSynced { get; init; }
            public int Delisted { get; init; }
            public int Placed { get; init; }
            public int Typed { get; init; }
            public int Classified { get; init; }
            public int Unhinted { get; init; }
            public int Measured { get; init; }

            public Park ToPark() => new(ParkId, ParkName, new Facts(
                Rides,
                NeverSynced,
                Delisted,
                Share.OfPark(Placed, Rides),
                Share.OfPark(Typed, Rides),
                // Upstream never states it; what is not offered is any hint of it.
                Share.Of(Classified, Rides - Classified - Unhinted, Unhinted),
                Share.OfPark(Measured, Attractions)));
        }

        private const string SelectParks =
            """
            SELECT
                p.park_id AS ParkId,
                p.name AS ParkName,
                COUNT(l.uuid) AS Rides,
                COUNT(IF(r.entity_type = 'SHOW', NULL, l.uuid)) AS Attractions,
                COUNT(IF(r.metadata_uuid IS NULL, r.ride_id, NULL)) AS NeverSynced,
                COUNT(IF(r.metadata_uuid IS NOT NULL AND l.uuid IS NULL, r.ride_id, NULL)) AS Delisted,
                COUNT(l.latitude) AS Placed,
                COUNT(IF(r.entity_type = 'SHOW' OR NULLIF(l.attraction_type, 'UNKNOWN') IS NOT NULL, l.uuid, NULL)) AS Typed,
                COUNT(NULLIF(l.indoor_outdoor, 'UNKNOWN')) AS Classified,
                COUNT(IF(l.indoor_outdoor_evidence IS NULL, l.uuid, NULL)) AS Unhinted,
                COUNT(IF(r.entity_type = 'SHOW', NULL, COALESCE(l.min_height_cm, l.max_height_cm))) AS Measured
            FROM parks AS p
            LEFT JOIN rides AS r
                ON r.park_id = p.park_id
                AND r.entity_type IN ('ATTRACTION', 'SHOW', 'UNKNOWN')
            LEFT JOIN entity_metadata AS l
                ON l.uuid = r.metadata_uuid
                AND l.delisted_at IS NULL
            GROUP BY p.park_id, p.name
            ORDER BY p.park_id
            """;
    }
}
