using System.Text.Json;
using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Syncing;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>Every version of a ride's facts, oldest first, with what changed. A ride that was another entity before has the versions of both.</summary>
internal static class GetRideHistory
{
    internal sealed record Query([FromRoute(Name = "ride_id")] int RideId, int? Limit, int? Offset) : IRequest<Outcome<Result>>, IPaged;

    internal sealed record Result(IReadOnlyList<Entry> Data, PageMetadata Metadata, Attribution Attribution);

    /// <param name="ValidTo">When the next version of the entity begins; null for the newest.</param>
    /// <param name="Cause">SYNC: upstream said so; OPERATOR: a person did.</param>
    /// <param name="Changes">Empty for the first.</param>
    internal sealed record Entry(
        Guid Uuid, int Version, DateTime ValidFrom, DateTime? ValidTo, string Cause, IReadOnlyList<FieldChange> Changes, EntityFacts Facts);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPublic("/api/metadata", "Metadata")
            .MapGet("/rides/{ride_id}/history", Handle)
            .WithName(nameof(GetRideHistory))
            .WithSummary("Every version of a ride's facts with what changed and when.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var parameters = new { request.RideId, Limit = request.LimitOrDefault(), Offset = request.OffsetOrDefault() };
            if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(Exists, parameters, cancellationToken: cancellationToken)))
            {
                return Failure.NotFound("RIDE_NOT_FOUND", $"There is no ride {request.RideId}.");
            }

            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: cancellationToken));
            var rows = await connection.QueryAsync<Row>(new CommandDefinition(SelectPage, parameters, cancellationToken: cancellationToken));
            var versions = rows.Select(r => r.ToEntry()).ToList();
            return new Result(versions, new PageMetadata(versions.Count, total, clock.GetUtcNow().UtcDateTime), Attribution.ThemeParksWiki);
        }

        private sealed class Row
        {
            public Guid Uuid { get; init; }
            public int Version { get; init; }
            public DateTime ValidFrom { get; init; }
            public DateTime? ValidTo { get; init; }
            public string Cause { get; init; } = "";
            public string Changes { get; init; } = "";
            public string Facts { get; init; } = "";

            public Entry ToEntry() => new(
                Uuid, Version, ValidFrom, ValidTo, Cause, JsonSerializer.Deserialize<List<FieldChange>>(Changes, ApiJson.Options)!, EntityFacts.Parse(Facts));
        }

        private const string Exists = "SELECT EXISTS (SELECT 1 FROM rides WHERE ride_id = @RideId)";

        private const string Count =
            """
            SELECT COUNT(*)
            FROM entity_metadata AS m
            INNER JOIN entity_metadata_history AS h
                ON h.uuid = m.uuid
            WHERE m.ride_id = @RideId
            """;

        private const string SelectPage =
            """
            SELECT
                h.uuid AS Uuid,
                h.version AS Version,
                h.valid_from AS ValidFrom,
                LEAD(h.valid_from) OVER (PARTITION BY h.uuid ORDER BY h.version) AS ValidTo,
                h.cause AS Cause,
                h.changes AS Changes,
                h.facts AS Facts
            FROM entity_metadata AS m
            INNER JOIN entity_metadata_history AS h
                ON h.uuid = m.uuid
            WHERE m.ride_id = @RideId
            ORDER BY h.valid_from, h.uuid, h.version
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
