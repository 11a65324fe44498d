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

/// <summary>The days of a range beside the same days of every earlier year held.</summary>
internal static class CompareYears
{
    internal sealed record Query(
        [FromQuery(Name = "park_id")] int? ParkId, [FromQuery(Name = "ride_id")] int? RideId, DateOnly? From, DateOnly? To, string? Metric, string? Align)
        : IRequest<Outcome<Result>>;

    /// <param name="Value">Over the days that are known; null without any.</param>
    /// <param name="Years">One per earlier year, the latest first.</param>
    internal sealed record Result(
        Subject Entity,
        string Metric,
        string Unit,
        string Align,
        DateOnly From,
        DateOnly To,
        int Days,
        double? Value,
        int DaysKnown,
        int DaysMissing,
        IReadOnlyList<YearsBeside.Year> Years,
        IReadOnlyList<YearsBeside.Day> Daily,
        Attribution Attribution);

    internal sealed record Subject(string Type, int Id, string? Name, int ParkId, string? ParkName);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/compare", "Compare")
            .MapGet("/year-over-year", Handle)
            .WithName(nameof(CompareYears))
            .WithSummary("Wait, downtime or uptime of a park or ride, day by day, beside the same days of every earlier year.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound)
            .Revalidated(live: false)
            .WithStrictQuery();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.ParkId).Must((q, park) => (park is null) != (q.RideId is null)).WithMessage("Give exactly one of park_id and ride_id.");
            RuleFor(q => q.Metric).MustBeOneOf("metric", ComparedFigure.All);
            RuleFor(q => q.Align).MustBeOneOf("align", YearsBeside.Alignments);
            this.AddDateRange(q => q.From, q => q.To);
        }
    }

    internal sealed class Handler(MySqlDatabase database, ICatalogue catalogue, ParkDirectory directory, ParkDays days) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var found = await FindAsync(request, cancellationToken);
            if (found.Failure is { } failure)
            {
                return failure;
            }

            var (subject, park) = found.Value;
            var figure = ComparedFigure.Parse(request.Metric ?? ComparedFigure.Wait);
            var align = request.Align ?? YearsBeside.ByDate;
            var range = new DayRange(request.From!.Value, request.To!.Value);
            var today = (await days.TodayAsync([park], cancellationToken))[park.ParkId];

            await using var connection = await database.OpenAsync(cancellationToken);
            var first = await connection.ExecuteScalarAsync<DateOnly?>(new CommandDefinition(
                request.RideId is null ? SelectFirstOfPark : SelectFirstOfRide, new { subject.Id }, cancellationToken: cancellationToken));
            var beside = new YearsBeside(range, align, first ?? range.First);
            var parameters = new DynamicParameters(new { subject.Id });
            var rows = await connection.QueryAsync<DaySums>(new CommandDefinition(
                (request.RideId is null ? SelectPark : SelectRide) + beside.Where(parameters), parameters, cancellationToken: cancellationToken));

            // A day in progress is not comparable with one that is over.
            var sums = rows.Where(r => r.StatDate < today && figure.Knows(r)).ToDictionary(r => r.StatDate);
            var known = range.Dates().Where(sums.ContainsKey).Select(d => sums[d]).ToList();
            return new Result(
                subject,
                figure.Name,
                figure.Unit,
                align,
                range.First,
                range.Last,
                range.Days,
                figure.Of(known),
                known.Count,
                range.Days - known.Count,
                beside.Years(sums, figure),
                beside.Days(sums, figure),
                Attribution.ThemeParksWiki);
        }

        private async Task<Outcome<(Subject Subject, ParkInfo Park)>> FindAsync(Query request, CancellationToken cancellationToken)
        {
            var parks = await directory.ListAsync(null, cancellationToken);
            if (request.ParkId is { } parkId)
            {
                return parks.TryGetValue(parkId, out var park)
                    ? (new Subject("park", parkId, park.Name, parkId, park.Name), park)
                    : Failure.NotFound("PARK_NOT_FOUND", FormattableString.Invariant($"Park {parkId} not found"));
            }

            var rideId = request.RideId!.Value;
            return (await catalogue.GetRidesAsync([rideId], cancellationToken)).TryGetValue(rideId, out var ride)
                && parks.TryGetValue(ride.ParkId, out var home)
                ? (new Subject("ride", rideId, ride.Name, ride.ParkId, home.Name), home)
                : Failure.NotFound("RIDE_NOT_FOUND", FormattableString.Invariant($"Ride {rideId} not found"));
        }
    }

    private const string SelectFirstOfPark = "SELECT MIN(stat_date) FROM park_daily_stats WHERE park_id = @Id";

    private const string SelectFirstOfRide = "SELECT MIN(stat_date) FROM ride_daily_stats WHERE ride_id = @Id";

    // Downtime is that of the rides that operated: without any there is none, not zero.
    private const string SelectPark =
        """
        SELECT
            stat_date AS StatDate, wait_s AS WaitSeconds, wait_sum AS WaitSum,
            IF(open_s IS NULL OR rides_operated = 0, NULL, uptime_s) AS UptimeSeconds,
            IF(open_s IS NULL OR rides_operated = 0, NULL, downtime_s) AS DowntimeSeconds
        FROM park_daily_stats
        WHERE park_id = @Id
        """;

    private const string SelectRide =
        """
        SELECT stat_date AS StatDate, wait_s AS WaitSeconds, wait_sum AS WaitSum, uptime_s AS UptimeSeconds, downtime_s AS DowntimeSeconds
        FROM ride_daily_stats
        WHERE ride_id = @Id
        """;
}
