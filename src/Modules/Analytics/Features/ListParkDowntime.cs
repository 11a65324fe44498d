using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>Parks by how much of them was down.</summary>
internal static class ListParkDowntime
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    private static readonly string[] Sorts = ["shame_score", "total_downtime_hours", "uptime_percentage", "rides_down"];

    internal sealed record Query(
        string? Period, string? Filter, int? Limit, bool? Weighted, [FromQuery(Name = "sort_by")] string? SortBy) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        bool Success, string Period, string Filter, bool Weighted, string SortBy, Totals AggregateStats, IReadOnlyList<Row> Data, Attribution Attribution);

    /// <summary>Over every park of the filter, shown or not.</summary>
    /// <param name="RidesClosed">Live only, as <paramref name="RidesRefurbishment"/>.</param>
    internal sealed record Totals(
        string Period,
        bool FilterDisneyUniversal,
        int TotalParks,
        int TotalParksTracked,
        int? RidesOperating,
        int? RidesDown,
        int? RidesClosed,
        int? RidesRefurbishment,
        double? TotalDowntimeHours,
        double? AvgUptimePercentage);

    /// <param name="RidesOperating">Live: now. Else: that operated, on the day that had most.</param>
    /// <param name="RidesDown">Live: now. Else: with downtime, on the day that had most.</param>
    /// <param name="ParkIsOpen">Now; null: unknown, or a period of many days.</param>
    /// <param name="TrendPercentage">Change of the score against the period before.</param>
    internal sealed record Row(
        int Rank,
        int ParkId,
        int? QueueTimesId,
        string? ParkName,
        string? Location,
        double? ShameScore,
        double? TotalDowntimeHours,
        double? WeightedDowntimeHours,
        int RidesOperating,
        int RidesDown,
        int TotalRides,
        double? EffectiveParkWeight,
        long SnapshotCount,
        bool? ParkIsOpen,
        double? UptimePercentage,
        double? TrendPercentage,
        string PeriodLabel,
        string? QueueTimesUrl);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/parks", "Analytics")
            .MapGet("/downtime", Handle)
            .WithName(nameof(ListParkDowntime))
            .WithSummary("Parks with downtime, by shame score, downtime, uptime or rides down.")
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
            RuleFor(q => q.SortBy).MustBeOneOf("sort_by", Sorts);
            RuleFor(q => q.Limit).InclusiveBetween(1, MaxLimit);
        }
    }

    internal sealed class Handler(Scope.Reader scopes, ParkSums sums, LiveBoard board) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var text = request.Period ?? "live";
            var period = Periods.Parse(text);
            var filter = request.Filter ?? ParkDirectory.AllParks;
            var sort = request.SortBy ?? Sorts[0];
            var scope = await scopes.OfAsync(period, filter, cancellationToken);
            var held = await sums.ReadAsync(scope.Groups, cancellationToken);
            var now = (await board.ReadAsync(cancellationToken)).Parks;

            var all = scope.Parks.Values.Select(p => Of(scope, p, held.GetValueOrDefault(p.ParkId, ParkSum.None), now.GetValueOrDefault(p.ParkId))).ToList();
            var shown = Sorted(all.Where(r => period == Period.Live ? r.RidesDown > 0 : r.TotalDowntimeHours > 0), sort).Take(request.Limit ?? DefaultLimit).ToList();
            var before = await BeforeAsync(scope, shown, cancellationToken);
            var rows = shown.Select((r, i) => r with { Rank = i + 1, TrendPercentage = Figures.Trend(r.ShameScore, before.GetValueOrDefault(r.ParkId)?.Shame) });

            var totals = Total(text, period, filter, all, [.. scope.Parks.Keys.Select(p => now.GetValueOrDefault(p)).OfType<LivePark>()], [.. held.Values]);
            return new Result(true, text, filter, request.Weighted ?? false, sort, totals, [.. rows], Attribution.ThemeParksWiki);
        }

        private static Row Of(Scope scope, ParkInfo park, ParkSum sum, LivePark? now)
        {
            var live = scope.Period == Period.Live;
            return new Row(
                0,
                park.ParkId,
                park.QueueTimesId,
                park.Name,
                park.Location,
                live ? now?.ShameScore : sum.Shame,
                sum.DowntimeHours,
                sum.WeightedDowntimeHours,
                live ? now?.RidesOperating ?? 0 : sum.RidesOperated,
                live ? now?.RidesDown ?? 0 : sum.RidesDown,
                live ? now?.TotalRides ?? 0 : sum.RidesTracked,
                sum.HasRun ? sum.EffectiveWeight : null,
                sum.Snapshots,
                scope.IsOneDay ? now?.IsOpen : null,
                sum.Uptime,
                null,
                Periods.Label(scope.Period, scope.DaysOf(park.ParkId)),
                park.QueueTimesUrl);
        }

        // A park of which the figure is unknown comes last.
        private static IEnumerable<Row> Sorted(IEnumerable<Row> rows, string sort) => (sort switch
        {
            "total_downtime_hours" => rows.OrderByDescending(r => r.TotalDowntimeHours ?? -1),
            "uptime_percentage" => rows.OrderBy(r => r.UptimePercentage ?? 101),
            "rides_down" => rows.OrderByDescending(r => r.RidesDown),
            _ => rows.OrderByDescending(r => r.ShameScore ?? -1),
        }).ThenBy(r => r.ParkId);

        // An instant has no period before it.
        private async Task<IReadOnlyDictionary<int, ParkSum>> BeforeAsync(
            Scope scope, List<Row> shown, CancellationToken cancellationToken) =>
            scope.Period == Period.Live || shown.Count == 0
                ? new Dictionary<int, ParkSum>()
                : await sums.ReadAsync(scope.Before(scope.GroupsOf(shown.Select(r => (r.ParkId, r.ParkId)))), cancellationToken);

        private static Totals Total(string text, Period period, string filter, List<Row> all, List<LivePark> now, List<ParkSum> held)
        {
            var live = period == Period.Live;
            var tracked = live ? now.Count(p => p.TotalRides > 0) : held.Count(s => s.DaysTracked > 0);
            var ran = held.Where(s => s.HasRun).ToList();
            return new Totals(
                text,
                filter == ParkDirectory.DisneyUniversal,
                all.Count,
                tracked,
                tracked == 0 ? null : all.Sum(r => r.RidesOperating),
                tracked == 0 ? null : all.Sum(r => r.RidesDown),
                live && tracked > 0 ? now.Sum(p => p.RidesClosed) : null,
                live && tracked > 0 ? now.Sum(p => p.RidesRefurbishment) : null,
                ran.Count == 0 ? null : Figures.Hours(ran.Sum(s => s.DowntimeS)),
                Figures.Uptime(held.Sum(s => s.UptimeS), held.Sum(s => s.DowntimeS)));
        }
    }
}
