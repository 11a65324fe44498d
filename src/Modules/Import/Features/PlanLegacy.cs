using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Legacy;

namespace ThemePark.Modules.Import.Features;

/// <summary>Looks at an existing warehouse and says what bringing it over would meet. Reads, writes nothing, takes seconds on any size.</summary>
internal static class PlanLegacy
{
    internal sealed record Query : IRequest<Outcome<Result>>;

    /// <param name="Table">The legacy table as it is named now.</param>
    /// <param name="RowsEstimated">The server's guess.</param>
    /// <param name="Bytes">Of its data and indexes, as the server says.</param>
    /// <param name="ReadBy">The key a day would be read by; null: none, the whole table for each day.</param>
    /// <param name="IsSameServer">False: a swap freezes the table and shows no view in its place.</param>
    /// <param name="UnknownRides">Rides without one of ours, by reason.</param>
    /// <param name="QueueRowsEstimated">Rows of queue_data, which are not brought over; null: there is no such table.</param>
    internal sealed record Result(
        string Source,
        string Table,
        bool IsPartitioned,
        long? RowsEstimated,
        long? Bytes,
        DateTime? FirstAt,
        DateTime? LastAt,
        long HighestId,
        string? ReadBy,
        bool IsSameServer,
        int KnownRides,
        IReadOnlyDictionary<string, int> UnknownRides,
        long? QueueRowsEstimated);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/legacy", "Import")
            .MapGet("/plan", Handle)
            .WithName(nameof(PlanLegacy))
            .WithSummary("What is in an existing warehouse and how it would be brought over; changes nothing.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(LegacySource source, LegacyRideMatching matching) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var looked = await source.TryLookAsync(cancellationToken);
            if (looked.Failure is { } failure)
            {
                return failure;
            }

            var table = looked.Value;
            await using var connection = await source.OpenAsync(cancellationToken);
            var sizes = (await connection.QueryAsync<(string Name, long? Rows, long? Bytes)>(new CommandDefinition(SelectSizes, cancellationToken: cancellationToken)))
                .ToDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
            var (lowest, highest) = await connection.QuerySingleAsync<(long, long)>(new CommandDefinition(table.Sql(SelectIds), cancellationToken: cancellationToken));
            // Without an index of time its ends would take a scan; the ends of the key are near enough to look at.
            var (first, last) = await connection.QuerySingleAsync<(DateTime?, DateTime?)>(new CommandDefinition(
                table.Sql(table.HasTimeIndex ? SelectEnds : SelectEndsByKey), new { Lowest = lowest, Highest = highest }, cancellationToken: cancellationToken));
            var day = DateOnly.FromDateTime(last ?? DateTime.UnixEpoch);
            var rides = await matching.MatchAsync(table, cancellationToken);
            var size = sizes[table.Name];
            return new Result(
                table.Source,
                table.Name,
                table.IsPartitioned,
                size.Rows,
                size.Bytes,
                first,
                last,
                highest,
                await LegacyRows.KeyAsync(connection, table, day, lowest, highest, cancellationToken),
                await source.IsSameServerAsync(cancellationToken),
                rides.Count(r => r.RideId is not null),
                rides.Where(r => r.Reason is not null).GroupBy(r => r.Reason!).ToDictionary(g => g.Key, g => g.Count()),
                table.HasQueues ? sizes.GetValueOrDefault("QUEUE_DATA").Rows : null);
        }

        private const string SelectSizes =
            """
            SELECT UPPER(table_name), CAST(table_rows AS SIGNED), CAST(data_length + index_length AS SIGNED)
            FROM information_schema.TABLES
            WHERE table_schema = DATABASE()
              AND table_type = 'BASE TABLE'
            """;

        private const string SelectIds =
            "SELECT CAST(COALESCE(MIN(snapshot_id), 0) AS SIGNED), CAST(COALESCE(MAX(snapshot_id), 0) AS SIGNED) FROM legacy.ride_status_snapshots";

        private const string SelectEnds =
            "SELECT (SELECT MIN(recorded_at) FROM legacy.ride_status_snapshots WHERE recorded_at >= '2000-01-01'), (SELECT MAX(recorded_at) FROM legacy.ride_status_snapshots)";

        private const string SelectEndsByKey =
            "SELECT MIN(recorded_at), MAX(recorded_at) FROM legacy.ride_status_snapshots WHERE snapshot_id IN (@Lowest, @Highest) AND recorded_at >= '2000-01-01'";
    }
}
