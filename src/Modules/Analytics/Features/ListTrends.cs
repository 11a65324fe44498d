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

/// <summary>Parks or rides whose uptime rose or fell most against the period before.</summary>
internal static class ListTrends
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    private static readonly string[] Categories = ["parks-improving", "parks-declining", "rides-improving", "rides-declining"];

    internal sealed record Query(string? Category, string? Period, string? Filter, int? Limit) : IRequest<Outcome<Result>>;

    /// <param name="Parks">Or <paramref name="Rides"/>; the other is absent.</param>
    internal sealed record Result(
        bool Success, string Period, string Category, string Filter, Comparison Comparison, int Count,
        [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Park>? Parks,
        [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Ride>? Rides,
        string Attribution, DateTime Timestamp);

    /// <summary>Of most parks; a park far east may be a day ahead. Null without parks.</summary>
    internal sealed record Comparison(string? CurrentPeriod, string? PreviousPeriod);

    /// <param name="ImprovementPercentage">In percent of the earlier uptime; null in a list of those that fell, as its opposite is here.</param>
    internal sealed record Park(
        int Rank, int ParkId, int? QueueTimesId, string? ParkName, string? Location, double? CurrentUptime, double? PreviousUptime,
        double? ImprovementPercentage, double? DeclinePercentage, double? TrendPercentage, double? ChangePoints,
        double? CurrentDowntimeHours, double? PreviousDowntimeHours, string? QueueTimesUrl);

    internal sealed record Ride(
        int Rank, int RideId, string? RideName, int? Tier, int? QueueTimesId, int ParkId, string? ParkName, int? ParkQueueTimesId, string? Location,
        double? CurrentUptime, double? PreviousUptime, double? ImprovementPercentage, double? DeclinePercentage, double? TrendPercentage,
        double? ChangePoints, double? CurrentDowntimeHours, double? PreviousDowntimeHours, string? QueueTimesUrl);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/trends", "Analytics")
            .MapGet("", Handle)
            .WithName(nameof(ListTrends))
            .WithSummary("Parks or rides whose uptime rose or fell most against the period before.")
            .Produces<Result>()
            .Revalidated(live: false);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Category).NotNull().WithMessage("Missing required parameter: category");
            RuleFor(q => q.Category).MustBeOneOf("category", Categories);
            RuleFor(q => q.Period).MustBeOneOf("period", Periods.Past);
            RuleFor(q => q.Filter).MustBeFilter();
            RuleFor(q => q.Limit).InclusiveBetween(1, MaxLimit).WithMessage("Invalid limit. Limit must be between 1 and 100");
        }
    }

    internal sealed class Handler(Scope.Reader scopes, ICatalogue catalogue, MySqlDatabase database, TimeProvider clock)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var category = request.Category!;
            var period = request.Period ?? "last_week";
            var ofParks = category.StartsWith("parks", StringComparison.Ordinal);
            var rising = category.EndsWith("improving", StringComparison.Ordinal);
            var scope = await scopes.OfAsync(Periods.Parse(period), request.Filter, cancellationToken);
            var changes = await ChangesAsync(scope, ofParks, rising, request.Limit ?? DefaultLimit, cancellationToken);
            var parks = ofParks ? changes.Select((c, i) => ToPark(c, i + 1, scope.Parks[c.ParkId], rising)).ToList() : null;
            var names = ofParks ? null : await catalogue.GetRidesAsync([.. changes.Select(c => c.Id)], cancellationToken);
            var rides = names is null ? null : changes.Select((c, i) => ToRide(c, i + 1, names.GetValueOrDefault(c.Id), scope.Parks[c.ParkId], rising)).ToList();
            return new Result(
                true,
                period,
                category,
                request.Filter ?? ParkDirectory.AllParks,
                scope.Groups is [var most, ..] ? new Comparison(Text(most.Days), Text(scope.BeforeOf(most.Days))) : new Comparison(null, null),
                changes.Count,
                parks,
                rides,
                BuildingBlocks.Attribution.Line,
                clock.GetUtcNow().UtcDateTime);
        }

        private async Task<IReadOnlyList<Change>> ChangesAsync(Scope scope, bool ofParks, bool rising, int limit, CancellationToken cancellationToken)
        {
            if (scope.Groups.Count == 0)
            {
                return [];
            }

            // A ride's park is in one group, so the sums of the groups do not meet.
            var parameters = new DynamicParameters(new { Limit = limit });
            for (var i = 0; i < scope.Groups.Count; i++)
            {
                parameters.Add($"Before{i}", scope.BeforeOf(scope.Groups[i].Days).First);
                parameters.Add($"First{i}", scope.Groups[i].Days.First);
                parameters.Add($"Last{i}", scope.Groups[i].Days.Last);
                parameters.Add($"Parks{i}", scope.Groups[i].Ids);
            }

            var sums = scope.Groups.Select((_, i) => (ofParks ? ParkSums : RideSums).Replace("{i}", $"{i}", StringComparison.Ordinal));
            var sql = SelectChanges.Replace("/* sums */", string.Join(" UNION ALL ", sums), StringComparison.Ordinal) + (rising ? Rising : Falling);
            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = await connection.QueryAsync<Change>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));

            // What rounding shows as no change is none.
            return [.. rows.Where(c => c.Current != c.Previous)];
        }

        private static Park ToPark(Change c, int rank, ParkInfo park, bool rising) => new(
            rank, park.ParkId, park.QueueTimesId, park.Name, park.Location, c.Current, c.Previous, rising ? c.Trend : null, rising ? null : -c.Trend, c.Trend,
            c.Points, Figures.Hours(c.Downtime), Figures.Hours(c.DowntimeBefore), park.QueueTimesUrl);

        private static Ride ToRide(Change c, int rank, Metadata.Contracts.Ride? ride, ParkInfo park, bool rising) => new(
            rank, c.Id, ride?.Name, ride?.Tier, null, park.ParkId, park.Name, park.QueueTimesId, park.Location, c.Current, c.Previous,
            rising ? c.Trend : null, rising ? null : -c.Trend, c.Trend, c.Points, Figures.Hours(c.Downtime), Figures.Hours(c.DowntimeBefore), null);

        private static string Text(DayRange days) => $"{days.First:yyyy-MM-dd} to {days.Last:yyyy-MM-dd}";

        private sealed class Change
        {
            public int Id { get; init; }
            public int ParkId { get; init; }
            public long Uptime { get; init; }
            public long Downtime { get; init; }
            public long UptimeBefore { get; init; }
            public long DowntimeBefore { get; init; }

            public double? Current => Figures.Uptime(Uptime, Downtime);
            public double? Previous => Figures.Uptime(UptimeBefore, DowntimeBefore);
            public double? Trend => Figures.Trend(Current, Previous);
            public double? Points => Current - Previous is { } points ? Figures.Round(points, 1) : null;
        }

        private const string SelectChanges =
            """
            SELECT Id, ParkId, Uptime, Downtime, UptimeBefore, DowntimeBefore
            FROM (/* sums */) AS t
            WHERE Uptime + Downtime > 0 AND UptimeBefore > 0

            """;

        private const string Rising =
            """
            AND Uptime / (Uptime + Downtime) > UptimeBefore / (UptimeBefore + DowntimeBefore)
            ORDER BY Uptime / (Uptime + Downtime) / (UptimeBefore / (UptimeBefore + DowntimeBefore)) DESC, Id
            LIMIT @Limit
            """;

        private const string Falling =
            """
            AND Uptime / (Uptime + Downtime) < UptimeBefore / (UptimeBefore + DowntimeBefore)
            ORDER BY Uptime / (Uptime + Downtime) / (UptimeBefore / (UptimeBefore + DowntimeBefore)), Id
            LIMIT @Limit
            """;

        private const string ParkSums =
            """
            SELECT
                park_id AS Id, park_id AS ParkId, SUM(IF(stat_date >= @First{i}, uptime_s, 0)) AS Uptime, SUM(IF(stat_date >= @First{i}, downtime_s, 0)) AS Downtime,
                SUM(IF(stat_date < @First{i}, uptime_s, 0)) AS UptimeBefore, SUM(IF(stat_date < @First{i}, downtime_s, 0)) AS DowntimeBefore
            FROM park_daily_stats
            WHERE stat_date >= @Before{i} AND stat_date <= @Last{i} AND park_id IN @Parks{i}
            GROUP BY park_id
            """;

        // Without downtime a ride did not operate, or nobody knows: then it had no time it should have run either.
        private const string RideSums =
            """
            SELECT
                ride_id AS Id, MAX(park_id) AS ParkId, SUM(IF(stat_date >= @First{i}, uptime_s, 0)) AS Uptime, SUM(IF(stat_date >= @First{i}, downtime_s, 0)) AS Downtime,
                SUM(IF(stat_date < @First{i}, uptime_s, 0)) AS UptimeBefore, SUM(IF(stat_date < @First{i}, downtime_s, 0)) AS DowntimeBefore
            FROM ride_daily_stats
            WHERE stat_date >= @Before{i} AND stat_date <= @Last{i} AND park_id IN @Parks{i} AND counted = 1 AND downtime_s IS NOT NULL
            GROUP BY ride_id
            """;
    }
}
