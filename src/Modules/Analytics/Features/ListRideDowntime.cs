using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>Rides that were down in a period; live: rides that are down now, with what they were today.</summary>
internal static class ListRideDowntime
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 200;

    private const string ByDowntime = "downtime_hours";
    private const string ByUptime = "uptime_percentage";
    private const string ByOpen = "current_is_open";
    private const string ByTrend = "trend_percentage";

    internal sealed record Query(string? Period, string? Filter, int? Limit, [FromQuery(Name = "sort_by")] string? SortBy) : IRequest<Outcome<Result>>;

    internal sealed record Result(bool Success, string Period, string Filter, string SortBy, IReadOnlyList<Row> Data, Attribution Attribution);

    /// <summary>Figures of the period; <c>current_…</c>, <c>is_down</c> and <c>park_is_open</c> are of now, whatever the period.</summary>
    /// <param name="QueueTimesId">Of the ride: nobody has stated it.</param>
    internal sealed record Row(
        int Rank, int RideId, int? QueueTimesId, int? ParkQueueTimesId, string? RideName, string? ParkName, int ParkId, string? Location, int? Tier,
        double? DowntimeHours, double? TotalDowntimeHours, int? DowntimeIncidents, double? UptimePercentage, string? CurrentStatus, bool? CurrentIsOpen,
        bool? IsDown, bool? ParkIsOpen, int? PeakWaitTime, int? PeakWaitMinutes, int? MaxWaitTime, double? AvgWaitTime, double? AvgWaitMinutes,
        int StatusChanges, double? TrendPercentage, string? PeriodLabel, string? QueueTimesUrl);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/rides", "Analytics")
            .MapGet("/downtime", Handle)
            .WithName(nameof(ListRideDowntime))
            .WithSummary("Rides by their downtime in a period; live: the rides that are down now.")
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
            RuleFor(q => q.Filter).MustBeFilter();
            RuleFor(q => q.SortBy).MustBeOneOf("sort_by", [ByDowntime, ByOpen, ByUptime, ByTrend]);
            RuleFor(q => q.Limit).InclusiveBetween(1, MaxLimit);
        }
    }

    internal sealed class Handler(Scope.Reader scopes, RideRanking rides, LiveBoard board, ICatalogue catalogue) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var period = request.Period ?? "live";
            var sortBy = request.SortBy ?? ByDowntime;
            var limit = request.Limit ?? DefaultLimit;
            var scope = await scopes.OfAsync(Periods.Parse(period), request.Filter, cancellationToken);
            var view = await board.ReadAsync(cancellationToken);

            // What only the answer knows sorts the rides with most downtime, not all there are.
            var candidates = scope.Period == Period.Live
                ? await DownNowAsync(scope, view, cancellationToken)
                : await rides.TopAsync(
                    scope,
                    sortBy == ByUptime ? RideOrder.Uptime : RideOrder.Downtime,
                    sortBy is ByOpen or ByTrend ? MaxLimit : limit,
                    cancellationToken);
            var trends = await rides.TrendsAsync(scope, candidates, r => r.DowntimeHours, cancellationToken);
            var shown = Sort(candidates, sortBy, view, trends).Take(limit).ToList();
            var names = await catalogue.GetRidesAsync([.. shown.Select(r => r.RideId)], cancellationToken);
            return new Result(
                true,
                period,
                request.Filter ?? ParkDirectory.AllParks,
                sortBy,
                [.. shown.Select((r, i) => Of(r, i + 1, scope, names.GetValueOrDefault(r.RideId), RideNow.Of(view, r.RideId, r.ParkId), trends[r.RideId]))],
                Attribution.ThemeParksWiki);
        }

        private async Task<IReadOnlyList<RideTotals>> DownNowAsync(Scope scope, LiveView view, CancellationToken cancellationToken)
        {
            var down = view.Rides.Values.Where(r => r is { IsDown: true, IsCounted: true } && scope.Parks.ContainsKey(r.ParkId)).ToList();
            var totals = await rides.OfAsync(scope, down.Select(r => (r.RideId, r.ParkId)), cancellationToken);
            return [.. down.Select(r => totals.GetValueOrDefault(r.RideId) ?? new RideTotals { RideId = r.RideId, ParkId = r.ParkId })];
        }

        // Worst first: least uptime, down before running, the steepest rise.
        private static IEnumerable<RideTotals> Sort(
            IReadOnlyList<RideTotals> rows, string sortBy, LiveView view, IReadOnlyDictionary<int, double?> trends)
        {
            var byFigure = sortBy switch
            {
                ByUptime => rows.OrderBy(r => (double?)r.UptimeS / (r.UptimeS + r.DowntimeS) ?? double.MaxValue),
                ByOpen => rows.OrderBy(r => RideNow.Of(view, r.RideId, r.ParkId).IsOpen switch { false => 0, true => 1, null => 2 }),
                ByTrend => rows.OrderByDescending(r => trends[r.RideId] ?? double.MinValue),
                _ => rows.OrderByDescending(r => r.DowntimeS ?? -1),
            };
            return byFigure.ThenByDescending(r => r.DowntimeS ?? -1).ThenBy(r => r.RideId);
        }

        private static Row Of(RideTotals r, int rank, Scope scope, Ride? ride, RideNow now, double? trend)
        {
            var park = scope.Parks[r.ParkId];
            return new Row(
                rank, r.RideId, null, park.QueueTimesId, ride?.Name, park.Name, r.ParkId, park.Location, ride?.Tier,
                r.DowntimeHours, r.DowntimeHours, (int?)r.Events, r.UptimePercentage, now.Status, now.IsOpen,
                now.IsDown, now.ParkIsOpen, r.WaitMax, r.WaitMax, r.WaitMax, r.AverageWait, r.AverageWait,
                (int)r.StatusChanges, trend, scope.LabelOf(r.ParkId), null);
        }
    }
}
