using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>The rides we know, by park: where the ids come from that other calls take.</summary>
internal static class ListRides
{
    internal sealed record Query([FromQuery(Name = "park_id")] int? ParkId, int? Limit, int? Offset) : IRequest<Outcome<Result>>, IPaged;

    internal sealed record Result(IReadOnlyList<Ride> Data, PageMetadata Metadata, Attribution Attribution);

    internal sealed record Ride(
        int RideId, Guid? Uuid, string? Name, string EntityType, int ParkId, string? ParkName, string Timezone, int DestinationId, string? DestinationName);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPublic("/api/metadata", "Metadata")
            .MapGet("/rides", Handle)
            .WithName(nameof(ListRides))
            .WithSummary("Rides and shows with their park and destination.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var parameters = new { request.ParkId, Limit = request.LimitOrDefault(), Offset = request.OffsetOrDefault() };
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: cancellationToken));
            var rows = await connection.QueryAsync<Columns>(new CommandDefinition(SelectPage, parameters, cancellationToken: cancellationToken));
            var rides = rows.Select(r => r.ToRide()).ToList();
            return new Result(rides, new PageMetadata(rides.Count, total, clock.GetUtcNow().UtcDateTime), Attribution.ThemeParksWiki);
        }

        private sealed class Columns
        {
            public int RideId { get; init; }
            public Guid? Uuid { get; init; }
            public string? Name { get; init; }
            public string EntityType { get; init; } = "";
            public int ParkId { get; init; }
            public string? ParkName { get; init; }
            public string Timezone { get; init; } = "";
            public int DestinationId { get; init; }
            public string? DestinationName { get; init; }

            public Ride ToRide() => new(RideId, Uuid, Name, EntityType, ParkId, ParkName, Timezone, DestinationId, DestinationName);
        }

        private const string Count = "SELECT COUNT(*) FROM rides WHERE @ParkId IS NULL OR park_id = @ParkId";

        private const string SelectPage =
            """
            SELECT
                r.ride_id AS RideId, r.uuid AS Uuid, r.name AS Name, r.entity_type AS EntityType, p.park_id AS ParkId, p.name AS ParkName,
                p.timezone AS Timezone, d.destination_id AS DestinationId, d.name AS DestinationName
            FROM rides AS r
            INNER JOIN parks AS p
                ON p.park_id = r.park_id
            INNER JOIN destinations AS d
                ON d.destination_id = p.destination_id
            WHERE @ParkId IS NULL OR r.park_id = @ParkId
            ORDER BY r.ride_id
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
