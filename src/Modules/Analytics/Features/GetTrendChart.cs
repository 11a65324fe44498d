using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>Lines of the first parks or rides of a ranking, by hour or by date. Without data it is empty; it is never made up.</summary>
internal static class GetTrendChart
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 20;

    private static readonly Dictionary<string, GridMetric> Types = new()
    {
        ["parks"] = GridMetric.ParkShame,
        ["rides"] = GridMetric.RideDowntime,
        ["waittimes"] = GridMetric.ParkWait,
        ["ridewaittimes"] = GridMetric.RideWait,
    };

    internal sealed record Query(string? Period, string? Type, string? Filter, int? Limit) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        bool Success, string Period, string Type, string Filter, Chart ChartData, bool Mock, string Granularity, string Attribution, DateTime Timestamp);

    internal sealed record Chart(IReadOnlyList<string> Labels, IReadOnlyList<Line> Datasets);

    /// <summary>A park has a location; a ride has a park, under both names the frontend looks for.</summary>
    internal sealed record Line(
        string? Label,
        IReadOnlyList<double?> Data,
        int EntityId,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Location,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Park,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ParkName,
        int ParkId,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Tier);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/trends", "Analytics")
            .MapGet("/chart-data", Handle)
            .WithName(nameof(GetTrendChart))
            .WithSummary("Shame score, downtime or waits of the first parks or rides: by local hour of a day, by date of a week or month.")
            .Produces<Result>()
            .Revalidated(live: false);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Period).MustBeOneOf("period", Periods.All);
            RuleFor(q => q.Type).MustBeOneOf("type", Types.Keys);
            RuleFor(q => q.Filter).MustBeFilter();
        }
    }

    internal sealed class Handler(GridReader grids, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var period = request.Period ?? "last_week";
            var type = request.Type ?? "parks";
            var filter = request.Filter ?? ParkDirectory.DisneyUniversal;
            var limit = Math.Clamp(request.Limit ?? DefaultLimit, 1, MaxLimit);
            var grid = await grids.ReadAsync(Types[type], Periods.Parse(period), filter, limit, cancellationToken);
            return new Result(
                true,
                period,
                type,
                filter,
                new Chart(grid.Labels, [.. grid.Rows.Select(Of)]),
                Mock: false,
                grid.IsHourly ? "hourly" : "daily",
                BuildingBlocks.Attribution.Line,
                clock.GetUtcNow().UtcDateTime);
        }

        private static Line Of(GridRow row)
        {
            var park = row.IsRide ? row.Park.Name : null;
            return new Line(row.Name, row.Values, row.EntityId, row.IsRide ? null : row.Park.Location, park, park, row.Park.ParkId, row.Ride?.Tier);
        }
    }
}
