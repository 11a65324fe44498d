using System.Globalization;
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

/// <summary>Rides by their wait: now, on average over a period, or by the highest with the hour it is usually longest.</summary>
internal static class ListRideWaits
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 200;

    private const string SevenDays = "7day-average";
    private const string PeakTimes = "peak-times";

    /// <summary>A mode is a period, or one of two views of their own; it wins over the period.</summary>
    internal sealed record Query(string? Period, string? Mode, string? Filter, int? Limit) : IRequest<Outcome<Result>>;

    internal sealed record Result(bool Success, string Period, string Mode, string Filter, IReadOnlyList<Row> Data, Attribution Attribution);

    /// <summary>Figures are of the period; <c>current_…</c> and <c>park_is_open</c> are of now.</summary>
    /// <param name="AvgWaitMinutes">Live: the wait now, which the list is ordered by.</param>
    /// <param name="PeakWaitMinutes">Live: of today.</param>
    /// <param name="TrendPercentage">Of the average (peak-times: of the peak); live: of today's average.</param>
    /// <param name="PeakHour">Local hour whose average wait is longest; in mode peak-times only.</param>
    internal sealed record Row(
        int Rank, int RideId, int? QueueTimesId, int? ParkQueueTimesId, string? RideName, string? ParkName, int ParkId, string? Location, int? Tier,
        double? AvgWaitMinutes, double? AvgWaitTime, int? PeakWaitMinutes, int? PeakWaitTime, int? MaxWaitTime, double? CurrentWaitMinutes,
        int? CurrentWaitTime, string? CurrentStatus, bool? CurrentIsOpen, bool? ParkIsOpen, int? PeakHour, string? PeakTime, int DaysWithData,
        double? TrendPercentage, string? PeriodLabel, string? QueueTimesUrl);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/rides", "Analytics")
            .MapGet("/waittimes", Handle)
            .WithName(nameof(ListRideWaits))
            .WithSummary("Rides by wait: live, of a period, over seven days, or by peak with its usual hour.")
            .Produces<Result>()
            .Revalidated(live: true);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Period).MustBeOneOf("period", Periods.All);
            RuleFor(q => q.Mode).MustBeOneOf("mode", [.. Periods.All, SevenDays, PeakTimes]);
            RuleFor(q => q.Filter).MustBeFilter();
            RuleFor(q => q.Limit).InclusiveBetween(1, MaxLimit);
        }
    }

    internal sealed class Handler(Scope.Reader scopes, RideRanking rides, LiveBoard board, ICatalogue catalogue, MySqlDatabase database)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var mode = request.Mode ?? request.Period ?? "live";
            var limit = request.Limit ?? DefaultLimit;
            var period = mode switch
            {
                SevenDays => "7days",
                PeakTimes => request.Period ?? "7days",
                _ => mode,
            };
            var rolling = mode == SevenDays || (mode == PeakTimes && request.Period is null);
            var scope = rolling
                ? await scopes.OfSevenDaysAsync(request.Filter, cancellationToken)
                : await scopes.OfAsync(Periods.Parse(period), request.Filter, cancellationToken);
            var view = await board.ReadAsync(cancellationToken);

            var shown = mode switch
            {
                "live" => await LiveAsync(scope, view, limit, cancellationToken),
                PeakTimes => await rides.TopAsync(scope, RideOrder.PeakWait, limit, cancellationToken),
                _ => await rides.TopAsync(scope, RideOrder.AverageWait, limit, cancellationToken),
            };
            var hours = mode == PeakTimes ? await PeakHoursAsync(scope, shown, cancellationToken) : [];
            var trends = await rides.TrendsAsync(scope, shown, r => mode == PeakTimes ? r.WaitMax : r.AverageWait, cancellationToken);
            var names = await catalogue.GetRidesAsync([.. shown.Select(r => r.RideId)], cancellationToken);
            return new Result(
                true,
                period,
                mode,
                request.Filter ?? ParkDirectory.AllParks,
                [
                    .. shown.Select((r, i) => Of(
                        mode == "live",
                        r,
                        i + 1,
                        scope,
                        names.GetValueOrDefault(r.RideId),
                        RideNow.Of(view, r.RideId, r.ParkId),
                        hours.TryGetValue(r.RideId, out var hour) ? hour : null,
                        trends[r.RideId])),
                ],
                Attribution.ThemeParksWiki);
        }

        private async Task<IReadOnlyList<RideTotals>> LiveAsync(Scope scope, LiveView view, int limit, CancellationToken cancellationToken)
        {
            var waiting = view.Rides.Values.Where(r => r is { WaitMinutes: not null, IsCounted: true } && scope.Parks.ContainsKey(r.ParkId))
                .OrderByDescending(r => r.WaitMinutes).ThenBy(r => r.RideId).Take(limit).ToList();
            var totals = await rides.OfAsync(scope, waiting.Select(r => (r.RideId, r.ParkId)), cancellationToken);
            return [.. waiting.Select(r => totals.GetValueOrDefault(r.RideId) ?? new RideTotals { RideId = r.RideId, ParkId = r.ParkId })];
        }

        private async Task<Dictionary<int, int?>> PeakHoursAsync(Scope scope, IReadOnlyList<RideTotals> shown, CancellationToken cancellationToken)
        {
            var groups = scope.GroupsOf(shown.Select(r => (r.RideId, r.ParkId)));
            var sql = SelectHours.Replace("/* days */", DayGroups.Where(groups, "ride_id"), StringComparison.Ordinal);
            await using var connection = await database.OpenAsync(cancellationToken);
            var hours = await connection.QueryAsync<(int Ride, int Hour, double Wait)>(
                new CommandDefinition(sql, DayGroups.Parameters(groups), cancellationToken: cancellationToken));
            return hours.GroupBy(h => h.Ride).ToDictionary(g => g.Key, g => (int?)g.OrderByDescending(h => h.Wait).ThenBy(h => h.Hour).First().Hour);
        }

        private static Row Of(bool live, RideTotals r, int rank, Scope scope, Ride? ride, RideNow now, int? peakHour, double? trend)
        {
            var park = scope.Parks[r.ParkId];

            // The day's sums may not have the newest poll yet.
            var average = live ? now.WaitMinutes : r.AverageWait;
            var peak = live && !(r.WaitMax >= now.WaitMinutes) ? now.WaitMinutes : r.WaitMax;
            return new Row(
                rank, r.RideId, null, park.QueueTimesId, ride?.Name, park.Name, r.ParkId, park.Location, ride?.Tier,
                average, average, peak, peak, peak, now.WaitMinutes,
                now.WaitMinutes, now.Status, now.IsOpen, now.ParkIsOpen, peakHour,
                peakHour is { } hour ? string.Create(CultureInfo.InvariantCulture, $"{hour}:00") : null, (int)r.DaysWithWaits,
                trend, scope.LabelOf(r.ParkId), null);
        }

        private const string SelectHours =
            """
            SELECT ride_id, local_hour, 1e0 * SUM(wait_sum) / SUM(wait_s)
            FROM ride_hourly_stats
            WHERE /* days */
            GROUP BY ride_id, local_hour
            HAVING SUM(wait_s) > 0
            """;
    }
}
