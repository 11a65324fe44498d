using System.Text.Json.Serialization;
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

/// <summary>One ride over a period: by hour of a day, by day of a week or month, with every time it was down.</summary>
internal static class GetRideDetails
{
    internal sealed record Query([FromRoute(Name = "ride_id")] int RideId, string? Period) : IRequest<Outcome<Result>>;

    /// <param name="Timeseries">Oldest first.</param>
    /// <param name="HourlyBreakdown">Time in which the ride should have run, so that every share is known. Hours oldest first, days newest first.</param>
    internal sealed record Result(
        bool Success, string Period, string? PeriodLabel, RideFacts Ride, IReadOnlyList<Point> Timeseries, Totals Summary,
        IReadOnlyList<Downtime> DowntimeEvents, IReadOnlyList<Slice> HourlyBreakdown, Attribution Attribution);

    internal sealed record RideFacts(
        int RideId, string? Name, int ParkId, string? ParkName, string? Location, string Timezone, int? Tier, string Category, string? CurrentStatus,
        bool? CurrentIsOpen, bool? ParkIsOpen, int? CurrentWaitTime, string? QueueTimesUrl);

    /// <summary>An hour has <c>hour_start_utc</c>, a day <c>date</c>; the other is absent.</summary>
    /// <param name="Status">What it mostly was; UNKNOWN only where nothing is known.</param>
    internal sealed record Point(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? HourStartUtc,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateOnly? Date,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LocalHour,
        double? AvgWaitTimeMinutes, int? PeakWaitTimeMinutes, double? UptimePercentage, string Status, long SnapshotCount);

    internal sealed record Slice(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? HourStartUtc,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateOnly? Date,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LocalHour,
        double? AvgWaitTimeMinutes, int? PeakWaitTimeMinutes, double? OperatingHours, double? DownHours, double? DowntimeHours, double? UptimePercentage,
        string Status, long SnapshotCount);

    /// <param name="TotalHours">Hours the park was open with a known state of the ride.</param>
    internal sealed record Totals(
        double? TotalDowntimeHours, double? UptimePercentage, double? AvgWaitTime, double? AvgWaitMinutes, int? PeakWaitTime, int? PeakWaitMinutes,
        int? MaxWaitTime, double? TotalOperatingHours, double? TotalHours, int? DowntimeIncidents, double? LongestDowntimeHours, int StatusChanges);

    /// <param name="Ongoing">It ends where our knowledge does, and the ride is still down.</param>
    internal sealed record Downtime(DateTime StartTime, DateTime EndTime, double DurationHours, DateOnly Date, bool Ongoing);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/rides", "Analytics")
            .MapGet("/{ride_id}/details", Handle)
            .WithName(nameof(GetRideDetails))
            .WithSummary("One ride over a period: waits, uptime and downtime by hour or day.")
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

    internal sealed class Handler(Scope.Reader scopes, RideHistory history, LiveBoard board, ICatalogue catalogue) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var period = request.Period ?? "today";
            var scope = await scopes.OfAsync(Periods.Parse(period), null, cancellationToken);
            if (!(await catalogue.GetRidesAsync([request.RideId], cancellationToken)).TryGetValue(request.RideId, out var ride)
                || !scope.Parks.TryGetValue(ride.ParkId, out var park))
            {
                return Failure.NotFound("RIDE_NOT_FOUND", $"Ride {request.RideId} not found");
            }

            var range = scope.DaysOf(ride.ParkId);
            var now = RideNow.Of(await board.ReadAsync(cancellationToken), ride.RideId, ride.ParkId);
            var days = await history.DaysAsync(ride.RideId, range, cancellationToken);
            var spans = scope.IsOneDay ? await history.HoursAsync(ride.RideId, range.First, cancellationToken) : days;
            var downtimes = await history.DowntimesAsync(ride.RideId, range, cancellationToken);
            var slices = spans.Where(s => s.UptimeS + s.DowntimeS > 0).Select(Slice);
            return new Result(
                true,
                period,
                scope.LabelOf(ride.ParkId),
                new RideFacts(
                    ride.RideId, ride.Name, park.ParkId, park.Name, park.Location, park.Zone.Id, ride.Tier, ride.Kind.ToUpperSnake(), now.Status,
                    now.IsOpen, now.ParkIsOpen, now.WaitMinutes, null),
                [.. spans.Select(Point)],
                Sum(days),
                [
                    .. downtimes.Select((d, i) => new Downtime(
                        d.StartedAt,
                        d.EndedAt,
                        Figures.Round((d.EndedAt - d.StartedAt).TotalHours, 2),
                        d.StatDate,
                        scope.IsInProgress && now.IsDown == true && i == downtimes.Count - 1)),
                ],
                [.. scope.IsOneDay ? slices : slices.Reverse()],
                Attribution.ThemeParksWiki);
        }

        private static Point Point(RideSpan s) => new(
            s.HourStart, s.HourStart is null ? s.StatDate : null, s.LocalHour, Figures.AverageWait(s.WaitSum, s.WaitS), s.WaitMax,
            Figures.Uptime(s.UptimeS, s.DowntimeS), s.Status, s.Snapshots);

        private static Slice Slice(RideSpan s) => new(
            s.HourStart, s.HourStart is null ? s.StatDate : null, s.LocalHour, Figures.AverageWait(s.WaitSum, s.WaitS), s.WaitMax,
            Figures.Hours(s.UptimeS), Figures.Hours(s.DowntimeS), Figures.Hours(s.DowntimeS), Figures.Uptime(s.UptimeS, s.DowntimeS), s.Status, s.Snapshots);

        private static Totals Sum(IReadOnlyList<RideSpan> days)
        {
            var (uptime, downtime) = (Sum(days, d => d.UptimeS), Sum(days, d => d.DowntimeS));
            var average = Figures.AverageWait(days.Sum(d => d.WaitSum), days.Sum(d => d.WaitS));
            var peak = days.Max(d => d.WaitMax);
            return new Totals(
                Figures.Hours(downtime), Figures.Uptime(uptime, downtime), average, average, peak, peak, peak, Figures.Hours(uptime),
                Figures.Hours(Sum(days, d => d.OpenKnownS)), (int?)Sum(days, d => d.DowntimeEvents), Figures.Hours(days.Max(d => d.LongestDowntimeS)),
                days.Sum(d => d.StatusChanges));
        }

        // Unknown when no day knows; else of the days that do.
        private static long? Sum(IReadOnlyList<RideSpan> days, Func<RideSpan, long?> of) => days.Any(d => of(d) is not null) ? days.Sum(of) : null;
    }
}
