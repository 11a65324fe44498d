using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>How the last sync of every park went, and of what destinations have outside their parks; those with trouble first.</summary>
internal static class GetMetadataSync
{
    internal sealed record Query([FromQuery(Name = "job_id")] string? JobId, int? Limit, int? Offset) : IRequest<Outcome<Result>>, IPaged;

    /// <param name="Summary">Over all that match, not only this page.</param>
    internal sealed record Result(Totals Summary, IReadOnlyList<Park> Data, PageMetadata Metadata);

    internal sealed class Totals
    {
        public int ParksSynced { get; init; }
        public int ParksPartial { get; init; }
        public int ParksRefused { get; init; }
        public int ParksFailed { get; init; }
        public int Created { get; init; }
        public int Updated { get; init; }
        public int Unchanged { get; init; }
        public int Failed { get; init; }
        public int Delisted { get; init; }
    }

    /// <summary>Without a park id: a destination, or a park the catalogue lacks.</summary>
    internal sealed class Park
    {
        public int? ParkId { get; init; }
        public string? Name { get; init; }
        public Guid Uuid { get; init; }
        public Guid DestinationUuid { get; init; }
        public string JobId { get; init; } = "";
        public string Outcome { get; init; } = "";
        public string? Reason { get; init; }
        public DateTime LastAttempt { get; init; }
        public DateTime? LastSuccess { get; init; }
        public int? Listed { get; init; }
        public int Created { get; init; }
        public int Updated { get; init; }
        public int Unchanged { get; init; }
        public int Failed { get; init; }
        public int Delisted { get; init; }
        public bool Simulated { get; init; }
    }

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/metadata", "Metadata")
            .MapGet("/sync", Handle)
            .WithName(nameof(GetMetadataSync))
            .WithSummary("The last metadata sync of every park, or those of one job: outcome, why, and what it created, updated, left, missed and delisted.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Handler(MySqlDatabase database, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var parameters = new { request.JobId, Limit = request.LimitOrDefault(), Offset = request.OffsetOrDefault() };
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, parameters, cancellationToken: cancellationToken));
            var summary = await connection.QuerySingleAsync<Totals>(new CommandDefinition(SelectTotals, parameters, cancellationToken: cancellationToken));
            var parks = (await connection.QueryAsync<Park>(new CommandDefinition(SelectPage, parameters, cancellationToken: cancellationToken))).AsList();
            return new Result(summary, parks, new PageMetadata(parks.Count, total, clock.GetUtcNow().UtcDateTime));
        }

        private const string Count = "SELECT COUNT(*) FROM metadata_syncs WHERE @JobId IS NULL OR job_id = @JobId";

        private const string SelectTotals =
            """
            SELECT
                COUNT(IF(outcome = 'SYNCED', 1, NULL)) AS ParksSynced,
                COUNT(IF(outcome = 'PARTIAL', 1, NULL)) AS ParksPartial,
                COUNT(IF(outcome = 'REFUSED', 1, NULL)) AS ParksRefused,
                COUNT(IF(outcome = 'FAILED', 1, NULL)) AS ParksFailed,
                COALESCE(SUM(created), 0) AS Created,
                COALESCE(SUM(updated), 0) AS Updated,
                COALESCE(SUM(unchanged), 0) AS Unchanged,
                COALESCE(SUM(failed), 0) AS Failed,
                COALESCE(SUM(delisted), 0) AS Delisted
            FROM metadata_syncs
            WHERE @JobId IS NULL OR job_id = @JobId
            """;

        private const string SelectPage =
            """
            SELECT
                s.park_id AS ParkId,
                e.name AS Name,
                s.scope_uuid AS Uuid,
                s.destination_uuid AS DestinationUuid,
                s.job_id AS JobId,
                s.outcome AS Outcome,
                s.reason AS Reason,
                s.attempted_at AS LastAttempt,
                s.succeeded_at AS LastSuccess,
                s.listed AS Listed,
                s.created AS Created,
                s.updated AS Updated,
                s.unchanged AS Unchanged,
                s.failed AS Failed,
                s.delisted AS Delisted,
                s.simulated AS Simulated
            FROM metadata_syncs AS s
            LEFT JOIN entity_metadata AS e
                ON e.uuid = s.scope_uuid
            WHERE @JobId IS NULL OR s.job_id = @JobId
            ORDER BY FIELD(s.outcome, 'FAILED', 'REFUSED', 'PARTIAL', 'SYNCED'), s.destination_uuid, s.scope_uuid
            LIMIT @Limit OFFSET @Offset
            """;
    }
}
