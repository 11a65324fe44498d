using System.Globalization;
using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>The first parks or rides of a ranking against the hours of a day or the dates of a week or month.</summary>
internal static class GetHeatmap
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 20;

    private static readonly Dictionary<string, Kind> Types = new()
    {
        ["parks"] = new Kind(GridMetric.ParkWait, "Parks by Wait Time", "avg_wait_time_minutes", "minutes"),
        ["parks-shame"] = new Kind(GridMetric.ParkShame, "Parks by Shame Score", "shame_score", "points"),
        ["rides-downtime"] = new Kind(GridMetric.RideDowntime, "Rides by Downtime", "downtime_hours", "hours"),
        ["rides-waittimes"] = new Kind(GridMetric.RideWait, "Rides by Wait Time", "avg_wait_time_minutes", "minutes"),
    };

    internal sealed record Query(string? Period, string? Type, string? Filter, int? Limit) : IRequest<Outcome<Result>>;

    /// <param name="Timezone">The zone of all that is shown; <c>local</c> where parks of several zones are: hours are each park's own.</param>
    internal sealed record Result(
        bool Success, string Period, string Type, string Filter, string Granularity, string Title, string Metric, string MetricUnit, string Timezone,
        IReadOnlyList<Entity> Entities, IReadOnlyList<string> TimeLabels, IReadOnlyList<IReadOnlyList<double?>> Matrix, string Attribution, DateTime Timestamp);

    /// <summary>The frontend takes what has a location for a park.</summary>
    internal sealed record Entity(
        int EntityId,
        string? EntityName,
        int Rank,
        double? TotalValue,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Location,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ParkName,
        int ParkId,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Tier);

    private sealed record Kind(GridMetric Metric, string Title, string Name, string Unit);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/trends", "Analytics")
            .MapGet("/heatmap-data", Handle)
            .WithName(nameof(GetHeatmap))
            .WithSummary("A matrix of waits, shame score or downtime: the first parks or rides by local hour or by date.")
            .Produces<Result>()
            .Revalidated(live: false);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Period).NotNull().WithMessage("Missing required parameter: period");
            RuleFor(q => q.Period).NotEqual("live").WithMessage("Invalid period. LIVE period not supported for heatmaps; use chart-data");
            RuleFor(q => q.Period).MustBeOneOf("period", Periods.Past).When(q => q.Period != "live");
            RuleFor(q => q.Type).NotNull().WithMessage("Missing required parameter: type");
            RuleFor(q => q.Type).MustBeOneOf("type", Types.Keys);
            RuleFor(q => q.Filter).MustBeFilter();
        }
    }

    internal sealed class Handler(GridReader grids, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var kind = Types[request.Type!];
            var filter = request.Filter ?? ParkDirectory.AllParks;
            var limit = Math.Clamp(request.Limit ?? DefaultLimit, 1, MaxLimit);
            var grid = await grids.ReadAsync(kind.Metric, Periods.Parse(request.Period!), filter, limit, cancellationToken);
            var zones = grid.Rows.Select(r => r.Park.Zone.Id).Distinct().ToList();
            return new Result(
                true,
                request.Period!,
                request.Type!,
                filter,
                grid.IsHourly ? "hourly" : "daily",
                string.Create(CultureInfo.InvariantCulture, $"Top {limit} {kind.Title} ({Words(request.Period!)})"),
                kind.Name,
                kind.Unit,
                zones.Count == 1 ? zones[0] : "local",
                [.. grid.Rows.Select((row, i) => Of(row, i + 1))],
                grid.Labels,
                [.. grid.Rows.Select(r => r.Values)],
                BuildingBlocks.Attribution.Line,
                clock.GetUtcNow().UtcDateTime);
        }

        private static Entity Of(GridRow row, int rank) => new(
            row.EntityId,
            row.Name,
            rank,
            row.Mean,
            row.IsRide ? null : row.Park.Location,
            row.IsRide ? row.Park.Name : null,
            row.Park.ParkId,
            row.Ride?.Tier);

        private static string Words(string period) => Periods.Parse(period) switch
        {
            Period.Yesterday => "Yesterday",
            Period.LastWeek => "Last Week",
            Period.LastMonth => "Last Month",
            _ => "Today",
        };
    }
}
