using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>One operating day of a ride by its hours, with the days before it: the last day there are figures of, unless another is asked for.</summary>
internal static class GetRideDay
{
    private const int DaysShown = 30;

    internal sealed record Query([FromRoute(Name = "ride_id")] int RideId, DateOnly? Date) : IRequest<Outcome<Result>>;

    /// <param name="Date">Null: there are no figures of the ride, and none was asked for.</param>
    /// <param name="Day">Null: there are no figures of this day.</param>
    /// <param name="Hours">From the first to the last there are figures of; of one in between without any nothing is known.</param>
    /// <param name="Days">The thirty days up to the date, those that have figures, oldest first.</param>
    internal sealed record Result(
        bool Success, int RideId, string? RideName, int ParkId, string Timezone, DateOnly? Date, OfDay? Day, IReadOnlyList<OfHour> Hours,
        IReadOnlyList<Downtime> Downtimes, IReadOnlyList<OfDay> Days, Attribution Attribution);

    /// <summary>Hours of time; null is unknown.</summary>
    internal sealed record OfDay(
        DateOnly Date, double? AvgWaitMinutes, int? PeakWaitMinutes, double? OperatingHours, double? DownHours, double? UptimePercentage,
        double? OpenKnownHours, int? DowntimeEvents, string Status, long SnapshotCount);

    /// <param name="LocalHour">By the park's clock; comes twice when clocks go back.</param>
    internal sealed record OfHour(DateTime HourStartUtc, int LocalHour, double? AvgWaitMinutes, int? PeakWaitMinutes, double? UptimePercentage, string Status, long SnapshotCount);

    internal sealed record Downtime(DateTime StartTime, DateTime EndTime, double DurationHours);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/rides", "Rides")
            .MapGet("/{ride_id}/day", Handle)
            .WithName(nameof(GetRideDay))
            .WithSummary("One operating day of a ride: waits, uptime and downtimes by hour, and the thirty days up to it; the last day with figures unless date is given.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound)
            .Revalidated(live: false)
            .WithStrictQuery();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Date).InclusiveBetween(new DateOnly(2000, 1, 1), new DateOnly(2100, 1, 1));
    }

    internal sealed class Handler(MySqlDatabase database, RideHistory history, ICatalogue catalogue) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (!(await catalogue.GetRidesAsync([request.RideId], cancellationToken)).TryGetValue(request.RideId, out var ride))
            {
                return Failure.NotFound("RIDE_NOT_FOUND", FormattableString.Invariant($"Ride {request.RideId} not found"));
            }

            if ((request.Date ?? await LastAsync(ride.RideId, cancellationToken)) is not { } date)
            {
                return new Result(true, ride.RideId, ride.Name, ride.ParkId, ride.TimeZone, null, null, [], [], [], Attribution.ThemeParksWiki);
            }

            var days = await history.DaysAsync(ride.RideId, new DayRange(date.AddDays(1 - DaysShown), date), cancellationToken);
            var hours = await history.HoursAsync(ride.RideId, date, cancellationToken);
            var downtimes = await history.DowntimesAsync(ride.RideId, new DayRange(date, date), cancellationToken);
            var shown = days.Select(Day).ToList();
            return new Result(
                true, ride.RideId, ride.Name, ride.ParkId, ride.TimeZone, date, shown.Find(d => d.Date == date), Hours(hours, ride.TimeZone),
                [.. downtimes.Select(d => new Downtime(d.StartedAt, d.EndedAt, Figures.Round((d.EndedAt - d.StartedAt).TotalHours, 2)))],
                shown, Attribution.ThemeParksWiki);
        }

        private async Task<DateOnly?> LastAsync(int rideId, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            return await connection.ExecuteScalarAsync<DateOnly?>(new CommandDefinition(SelectLast, new { RideId = rideId }, cancellationToken: cancellationToken));
        }

        private static OfDay Day(RideSpan s) => new(
            s.StatDate, Figures.AverageWait(s.WaitSum, s.WaitS), s.WaitMax, Figures.Hours(s.UptimeS), Figures.Hours(s.DowntimeS),
            Figures.Uptime(s.UptimeS, s.DowntimeS), Figures.Hours(s.OpenKnownS), (int?)s.DowntimeEvents, s.Status, s.Snapshots);

        private static List<OfHour> Hours(IReadOnlyList<RideSpan> spans, string timeZone)
        {
            var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) ?? DateTimeZone.Utc;
            var known = spans.ToDictionary(s => s.HourStart!.Value);
            return
            [
                .. HourAxis.Of(known.Keys).Select(start =>
                {
                    var hour = Instant.FromDateTimeUtc(start).InZone(zone).Hour;
                    return known.TryGetValue(start, out var s)
                        ? new OfHour(start, hour, Figures.AverageWait(s.WaitSum, s.WaitS), s.WaitMax, Figures.Uptime(s.UptimeS, s.DowntimeS), s.Status, s.Snapshots)
                        : new OfHour(start, hour, null, null, null, "UNKNOWN", 0);
                }),
            ];
        }
    }

    private const string SelectLast = "SELECT MAX(stat_date) FROM ride_daily_stats WHERE ride_id = @RideId";
}
