using System.Runtime.InteropServices;
using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>When one waits how long: the distribution of a ride's wait by local hour and by weekday.</summary>
internal static class GetRideProfile
{
    private const int Hours = 24;
    private const int Weekdays = 7;

    internal sealed record Query([FromRoute(Name = "id")] int RideId, DateOnly? From, DateOnly? To) : IRequest<Outcome<Result>>;

    /// <param name="DaysWithWaits">Days on which any wait counted.</param>
    internal sealed record Result(
        bool Success,
        Ride Ride,
        DateOnly From,
        DateOnly To,
        int Days,
        int DaysWithWaits,
        Waits Overall,
        IReadOnlyList<OfHour> ByHour,
        IReadOnlyList<OfWeekday> ByWeekday,
        Attribution Attribution);

    internal sealed record Ride(int RideId, string? Name, int ParkId, string? ParkName, string Timezone);

    /// <summary>Minutes of waiting, weighted by how long each wait held; all but the minutes counted are null when none did.</summary>
    internal sealed record Waits(
        double MinutesCounted, double? AverageWait, int? P10, int? P25, int? P50, int? P75, int? P90, int? P95);

    /// <param name="Hour">Local, 0 to 23.</param>
    internal sealed record OfHour(int Hour, Waits Waits);

    /// <param name="Weekday">Of the operating day, 0 is Sunday.</param>
    internal sealed record OfWeekday(int Weekday, string Name, Waits Waits);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/rides", "Rides")
            .MapGet("/{id}/profile", Handle)
            .WithName(nameof(GetRideProfile))
            .WithSummary("Percentiles of a ride's wait by local hour and weekday, weighted by time.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound)
            .Revalidated(live: false)
            .WithStrictQuery();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => this.AddDateRange(q => q.From, q => q.To);
    }

    internal sealed class Handler(MySqlDatabase database, ICatalogue catalogue, ParkDirectory directory) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (!(await catalogue.GetRidesAsync([request.RideId], cancellationToken)).TryGetValue(request.RideId, out var ride))
            {
                return Failure.NotFound("RIDE_NOT_FOUND", FormattableString.Invariant($"Ride {request.RideId} not found"));
            }

            var range = new DayRange(request.From!.Value, request.To!.Value);
            var parks = await directory.ListAsync(null, cancellationToken);
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = (await connection.QueryAsync<(DateOnly Date, int Hour, byte[] Waits)>(new CommandDefinition(
                SelectHours, new { request.RideId, range.First, range.Last }, cancellationToken: cancellationToken))).AsList();

            var overall = new List<WaitSeconds>();
            var byHour = Enumerable.Range(0, Hours).Select(_ => new List<WaitSeconds>()).ToArray();
            var byWeekday = Enumerable.Range(0, Weekdays).Select(_ => new List<WaitSeconds>()).ToArray();
            foreach (var (date, hour, packed) in rows)
            {
                var waits = CollectionsMarshal.AsSpan(WaitDistribution.Decode(packed));
                WaitDistribution.Merge(overall, waits);
                WaitDistribution.Merge(byHour[hour], waits);
                WaitDistribution.Merge(byWeekday[(int)date.DayOfWeek], waits);
            }

            return new Result(
                true,
                new Ride(ride.RideId, ride.Name, ride.ParkId, parks.GetValueOrDefault(ride.ParkId)?.Name, ride.TimeZone),
                range.First,
                range.Last,
                range.Days,
                rows.Select(r => r.Date).Distinct().Count(),
                Of(overall),
                [.. byHour.Select((waits, hour) => new OfHour(hour, Of(waits)))],
                [.. byWeekday.Select((waits, day) => new OfWeekday(day, ((DayOfWeek)day).ToString(), Of(waits)))],
                Attribution.ThemeParksWiki);
        }

        private static Waits Of(List<WaitSeconds> list)
        {
            var waits = CollectionsMarshal.AsSpan(list);
            var seconds = WaitDistribution.Seconds(waits);
            return new Waits(
                Figures.Round(seconds / 60.0, 1),
                Figures.AverageWait(WaitDistribution.Sum(waits), seconds),
                WaitDistribution.Percentile(waits, 10),
                WaitDistribution.Percentile(waits, 25),
                WaitDistribution.Percentile(waits, 50),
                WaitDistribution.Percentile(waits, 75),
                WaitDistribution.Percentile(waits, 90),
                WaitDistribution.Percentile(waits, 95));
        }
    }

    private const string SelectHours =
        """
        SELECT stat_date, local_hour, waits
        FROM ride_hourly_stats
        WHERE ride_id = @RideId
          AND stat_date BETWEEN @First AND @Last
          AND wait_s > 0
        """;
}
