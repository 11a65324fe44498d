using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>A park's counted rides: those that run these days with their weight, and the others with the reason.</summary>
internal static class ListParkRoster
{
    private const int ActiveDays = 7;

    internal sealed record Query(int Id) : IRequest<Outcome<Result>>;

    /// <param name="EffectiveParkWeight">Of the active rides.</param>
    /// <param name="TotalRosterWeight">Of all.</param>
    internal sealed record Result(
        bool Success, int ParkId, string? ParkName, int EffectiveParkWeight, int TotalRosterWeight, Roster Rides, Attribution Attribution);

    internal sealed record Roster(IReadOnlyList<Active> Active, IReadOnlyList<Excluded> Excluded);

    internal sealed record Active(int RideId, string? Name, int? Tier, int Weight);

    /// <param name="LastOperatedAt">Begin of the last hour it operated in; null: in none that we hold.</param>
    internal sealed record Excluded(
        int RideId, string? RideName, int? Tier, int TierWeight, DateTime? LastOperatedAt, int? DaysSinceOperation, string Reason);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/parks", "Analytics")
            .MapGet("/{id}/rides", Handle)
            .WithName(nameof(ListParkRoster))
            .WithSummary("Rides of a park that operated within seven days, and those that did not.")
            .Produces<Result>()
            .Revalidated(live: true)
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Handler(ParkDirectory directory, ParkDays days, ICatalogue catalogue, LiveBoard board, RideSums sums, MySqlDatabase database)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (!(await directory.ListAsync(null, cancellationToken)).TryGetValue(request.Id, out var park))
            {
                return ParkDirectory.NotFound(request.Id);
            }

            var today = (await days.TodayAsync([park], cancellationToken))[park.ParkId];
            var counted = (await catalogue.ListRidesAsync(park.ParkId, cancellationToken)).Where(r => r.IsCounted).ToList();
            var recent = await sums.ReadAsync(park.ParkId, counted, new DayRange(today.AddDays(1 - ActiveDays), today), cancellationToken);
            var now = (await board.ReadAsync(cancellationToken)).Rides;
            var active = counted.Where(r => recent.GetValueOrDefault(r.RideId)?.DaysOperated > 0 || now.GetValueOrDefault(r.RideId)?.OperatedToday == true).ToList();
            var others = counted.Except(active).ToList();
            var last = await LastAsync(others, cancellationToken);

            return new Result(
                true,
                park.ParkId,
                park.Name,
                active.Sum(r => Figures.Weight(r.Tier)),
                counted.Sum(r => Figures.Weight(r.Tier)),
                new Roster(
                    [.. Sorted(active).Select(r => new Active(r.RideId, r.Name, r.Tier, Figures.Weight(r.Tier)))],
                    [.. Sorted(others).Select(r => Of(r, recent.GetValueOrDefault(r.RideId), last.GetValueOrDefault(r.RideId), today))]),
                Attribution.ThemeParksWiki);
        }

        private static IEnumerable<Ride> Sorted(IEnumerable<Ride> rides) =>
            rides.OrderByDescending(r => Figures.Weight(r.Tier)).ThenBy(r => r.Name, StringComparer.OrdinalIgnoreCase).ThenBy(r => r.RideId);

        private static Excluded Of(Ride ride, RideSum? recent, LastDay? last, DateOnly today) => new(
            ride.RideId,
            ride.Name,
            ride.Tier,
            Figures.Weight(ride.Tier),
            last?.Hour,
            last is null ? null : today.DayNumber - last.Date.DayNumber,
            recent is { Refurbished: true } ? "In refurbishment"
            : last is null ? "Never seen operating"
            : "Has not operated in the last 7 days");

        private async Task<Dictionary<int, LastDay>> LastAsync(List<Ride> rides, CancellationToken cancellationToken)
        {
            if (rides.Count == 0)
            {
                return [];
            }

            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = await connection.QueryAsync<LastDay>(new CommandDefinition(
                SelectLast, new { Rides = rides.Select(r => r.RideId).ToArray() }, cancellationToken: cancellationToken));
            return rows.ToDictionary(r => r.RideId);
        }

        private sealed class LastDay
        {
            public int RideId { get; init; }
            public DateOnly Date { get; init; }
            public DateTime? Hour { get; init; }
        }

        private const string SelectLast =
            """
            SELECT
                d.ride_id AS RideId,
                d.stat_date AS Date,
                (
                    SELECT MAX(h.hour_start)
                    FROM ride_hourly_stats AS h
                    WHERE h.ride_id = d.ride_id
                      AND h.stat_date = d.stat_date
                      AND h.uptime_s > 0) AS Hour
            FROM (
                SELECT ride_id, MAX(stat_date) AS stat_date
                FROM ride_daily_stats FORCE INDEX (ride)
                WHERE ride_id IN @Rides
                  AND operated
                GROUP BY ride_id) AS d
            """;
    }
}
