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

/// <summary>Downtime or waits of a park's rides: by hour of a day, by day of a week or month.</summary>
internal static class GetParkRideCharts
{
    private const string Downtime = "downtime";
    private const string WaitTimes = "wait_times";

    internal sealed record Query(int Id, string? Period, string? Type) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        bool Success,
        int ParkId,
        string? ParkName,
        string Period,
        IReadOnlyList<string> Labels,
        IReadOnlyList<Line> Datasets,
        string ChartType,
        string Granularity,
        string Unit,
        Attribution Attribution);

    /// <summary>One value per label; null: unknown, or the ride did not operate.</summary>
    internal sealed record Line(string? Label, int RideId, int? Tier, IReadOnlyList<double?> Data);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/parks", "Analytics")
            .MapGet("/{id}/rides/charts", Handle)
            .WithName(nameof(GetParkRideCharts))
            .WithSummary("Downtime (hours) or average waits (minutes) of each ride of a park.")
            .Produces<Result>()
            .Revalidated(live: false)
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Period).MustBeOneOf("period", Periods.Past);
            RuleFor(q => q.Type).MustBeOneOf("type", [Downtime, WaitTimes]);
        }
    }

    internal sealed class Handler(ParkDirectory directory, ParkDays days, ICatalogue catalogue, MySqlDatabase database) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var text = request.Period ?? "yesterday";
            var type = request.Type ?? Downtime;
            if (!(await directory.ListAsync(null, cancellationToken)).TryGetValue(request.Id, out var park))
            {
                return ParkDirectory.NotFound(request.Id);
            }

            var today = (await days.TodayAsync([park], cancellationToken))[park.ParkId];
            var range = Periods.Of(Periods.Parse(text), today);
            var daily = range.Days > 1;
            var counted = (await catalogue.ListRidesAsync(park.ParkId, cancellationToken)).Where(r => r.IsCounted).ToList();
            var points = await PointsAsync(counted, range, daily, cancellationToken);
            var (axis, labels) = HourAxis.Of(range, points.Select(p => p.At), park.Zone);
            var values = points.ToLookup(p => p.RideId);

            return new Result(
                true,
                park.ParkId,
                park.Name,
                text,
                labels,
                [
                    .. counted.OrderBy(r => r.Tier ?? 2)
                        .ThenBy(r => r.Name, StringComparer.OrdinalIgnoreCase)
                        .ThenBy(r => r.RideId)
                        .Select(r => new Line(r.Name, r.RideId, r.Tier, On(axis, values[r.RideId], type)))
                        .Where(l => l.Data.Any(v => v is not null)),
                ],
                type,
                daily ? "daily" : "hourly",
                type == Downtime ? "hours" : "minutes",
                Attribution.ThemeParksWiki);
        }

        private static double?[] On(IReadOnlyList<DateTime> axis, IEnumerable<Point> points, string type)
        {
            var own = points.ToDictionary(p => p.At, p => type == Downtime ? Figures.Hours(p.DowntimeS) : Figures.AverageWait(p.WaitSum, p.WaitS));
            return [.. axis.Select(a => own.GetValueOrDefault(a))];
        }

        private async Task<List<Point>> PointsAsync(List<Ride> rides, DayRange range, bool daily, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = await connection.QueryAsync<Point>(new CommandDefinition(
                daily ? SelectDays : SelectHours,
                new { Rides = rides.Select(r => r.RideId).DefaultIfEmpty(0).ToArray(), range.First, range.Last },
                cancellationToken: cancellationToken));
            return rows.AsList();
        }

        private sealed class Point
        {
            public int RideId { get; init; }
            public DateTime At { get; init; }
            public long? DowntimeS { get; init; }
            public long WaitS { get; init; }
            public long WaitSum { get; init; }
        }

        private const string SelectHours =
            """
            SELECT ride_id AS RideId, hour_start AS At, downtime_s AS DowntimeS, wait_s AS WaitS, wait_sum AS WaitSum
            FROM ride_hourly_stats
            WHERE ride_id IN @Rides
              AND stat_date BETWEEN @First AND @Last
              AND open_s > 0
            """;

        private const string SelectDays =
            """
            SELECT ride_id AS RideId, stat_date AS At, downtime_s AS DowntimeS, wait_s AS WaitS, wait_sum AS WaitSum
            FROM ride_daily_stats FORCE INDEX (ride)
            WHERE ride_id IN @Rides
              AND stat_date BETWEEN @First AND @Last
            """;
    }
}
