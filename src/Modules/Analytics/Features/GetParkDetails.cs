using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>One park: what it is, how it is now, and what makes its score in a period.</summary>
internal static class GetParkDetails
{
    private const int Sessions = 7;

    internal sealed record Query(int Id, string? Period) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        bool Success,
        string Period,
        ParkView Park,
        Tiers TierDistribution,
        IReadOnlyList<Session> OperatingSessions,
        Current CurrentStatus,
        ShameBreakdown ShameBreakdown,
        int ExcludedRidesCount,
        int? EffectiveParkWeight,
        ParkChart ChartData,
        Attribution Attribution);

    /// <param name="Operator">Disney or Universal; null: somebody else, or not known.</param>
    internal sealed record ParkView(
        int ParkId, string? Name, string? Location, string? Operator, string Timezone, int? QueueTimesId, string? QueueTimesUrl);

    /// <summary>Counted rides of the catalogue.</summary>
    internal sealed record Tiers(
        int ParkId,
        string? ParkName,
        [property: JsonPropertyName("tier_1_count")] int First,
        [property: JsonPropertyName("tier_2_count")] int Second,
        [property: JsonPropertyName("tier_3_count")] int Third,
        int UnclassifiedCount,
        int TotalRides);

    /// <summary>A day the park was open, the newest first.</summary>
    internal sealed class Session
    {
        public int ParkId { get; init; }
        public DateOnly Date { get; init; }
        public DateTime FirstOpenAt { get; init; }
        public DateTime LastOpenAt { get; init; }
        public double OperatingHours { get; init; }
        public long SnapshotCount { get; init; }
    }

    /// <summary>Now; nulls where the park was never seen live.</summary>
    /// <param name="UptimePercentage">Of today so far.</param>
    internal sealed record Current(
        int ParkId,
        string? ParkName,
        bool? IsOpen,
        DateTime? LastUpdated,
        int? RidesOpen,
        int? Operating,
        int? RidesDown,
        int? RidesClosed,
        int? RidesRefurbishment,
        int? RidesUnknown,
        int? TotalRides,
        double? AvgWaitTime,
        int? MaxWaitTime,
        int? RidesReporting,
        double? ShameScore,
        double? UptimePercentage);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/parks", "Analytics")
            .MapGet("/{id}/details", Handle)
            .WithName(nameof(GetParkDetails))
            .WithSummary("A park, its live state, and what makes its shame score in a period.")
            .Produces<Result>()
            .Revalidated(live: true)
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Period).MustBeOneOf("period", Periods.All);
    }

    internal sealed class Handler(
        ParkDirectory directory, ParkDays days, ICatalogue catalogue, LiveBoard board, ParkSums parkSums, RideSums rideSums, ParkCharts charts, MySqlDatabase database)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var text = request.Period ?? "live";
            var period = Periods.Parse(text);
            if (!(await directory.ListAsync(null, cancellationToken)).TryGetValue(request.Id, out var park))
            {
                return ParkDirectory.NotFound(request.Id);
            }

            var today = (await days.TodayAsync([park], cancellationToken))[park.ParkId];
            var range = Periods.Of(period, today);
            var counted = (await catalogue.ListRidesAsync(park.ParkId, cancellationToken)).Where(r => r.IsCounted).ToList();
            var view = await board.ReadAsync(cancellationToken);
            var now = view.Parks.GetValueOrDefault(park.ParkId);
            var sum = await SumAsync(park, range, cancellationToken);
            var sumToday = range.Holds(today) ? sum : await SumAsync(park, new DayRange(today, today), cancellationToken);

            var breakdown = ShameBreakdown.Of(
                period,
                range,
                sum,
                now,
                [.. view.Rides.Values.Where(r => r.ParkId == park.ParkId && r.IsCounted)],
                counted,
                await rideSums.ReadAsync(park.ParkId, counted, range, cancellationToken));
            return new Result(
                true,
                text,
                Of(park),
                Of(park, counted),
                await SessionsAsync(park.ParkId, today, cancellationToken),
                Of(park, now, sumToday),
                breakdown,
                breakdown.RidesExcluded.Count,
                breakdown.TotalParkWeight > 0 ? breakdown.TotalParkWeight : null,
                await charts.ReadAsync(park, range, sum, period == Period.Live ? now?.ShameScore : null, cancellationToken),
                Attribution.ThemeParksWiki);
        }

        private static ParkView Of(ParkInfo park) => new(
            park.ParkId, park.Name, park.Location, park.IsDisneyOrUniversal ? park.Operator.ToString() : null, park.Zone.Id, park.QueueTimesId, park.QueueTimesUrl);

        private static Tiers Of(ParkInfo park, List<Ride> counted) => new(
            park.ParkId, park.Name, counted.Count(r => r.Tier == 1), counted.Count(r => r.Tier == 2), counted.Count(r => r.Tier == 3), counted.Count(r => r.Tier is null), counted.Count);

        private static Current Of(ParkInfo park, LivePark? now, ParkSum today)
        {
            var seen = now is { TotalRides: > 0 } ? now : null;
            return new Current(
                park.ParkId,
                park.Name,
                now?.IsOpen,
                now?.LastSeenAt,
                seen?.RidesOperating,
                seen?.RidesOperating,
                seen?.RidesDown,
                seen?.RidesClosed,
                seen?.RidesRefurbishment,
                seen?.RidesUnknown,
                seen?.TotalRides,
                seen?.AvgWait,
                seen?.MaxWait,
                seen?.RidesReporting,
                seen?.ShameScore,
                today.Uptime);
        }

        private async Task<ParkSum> SumAsync(ParkInfo park, DayRange range, CancellationToken cancellationToken) =>
            (await parkSums.ReadAsync([new DayGroup(range, [park.ParkId])], cancellationToken)).GetValueOrDefault(park.ParkId, ParkSum.None);

        private async Task<IReadOnlyList<Session>> SessionsAsync(int parkId, DateOnly today, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = await connection.QueryAsync<Session>(new CommandDefinition(
                SelectSessions, new { ParkId = parkId, From = today.AddDays(-30), To = today, Limit = Sessions }, cancellationToken: cancellationToken));
            return [.. rows];
        }

        private const string SelectSessions =
            """
            SELECT
                park_id AS ParkId,
                stat_date AS Date,
                first_open_at AS FirstOpenAt,
                last_open_at AS LastOpenAt,
                ROUND(open_s / 3600e0, 2) AS OperatingHours,
                snapshots AS SnapshotCount
            FROM park_daily_stats
            WHERE park_id = @ParkId
              AND stat_date BETWEEN @From AND @To
              AND open_s > 0
              AND first_open_at IS NOT NULL
              AND last_open_at IS NOT NULL
            ORDER BY stat_date DESC
            LIMIT @Limit
            """;
    }
}
