using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>An award: where people waited longest on average.</summary>
internal static class ListLongestWaits
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 20;

    internal sealed record Query(string? Period, string? Filter, string? Entity, int? Limit) : IRequest<Outcome<Result>>;

    /// <param name="Data"><see cref="Ride"/> or <see cref="Park"/>, as asked.</param>
    internal sealed record Result(
        bool Success, string Period, string Filter, string Entity, int Count, IReadOnlyList<object> Data, bool Cached, string Attribution, DateTime Timestamp);

    internal sealed record Ride(
        int Rank, int RideId, string? RideName, int? Tier, int ParkId, string? ParkName, string? Location, double? AvgWaitTime, double? AvgWaitMinutes,
        int? PeakWaitTime, int? PeakWaitMinutes, int? MaxWaitTime, int DaysWithData, long SnapshotCount, double? TrendPercentage, string? PeriodLabel);

    internal sealed record Park(
        int Rank, int ParkId, string? ParkName, string? Location, double? AvgWaitTime, double? AvgWaitMinutes, int? PeakWaitTime, int? PeakWaitMinutes,
        int? MaxWaitTime, int RidesWithWaits, int RidesReporting, int DaysWithData, double? TrendPercentage, string? PeriodLabel);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/trends", "Analytics")
            .MapGet("/longest-wait-times", Handle)
            .WithName(nameof(ListLongestWaits))
            .WithSummary("Rides or parks with the longest average wait of a period.")
            .Produces<Result>()
            .Revalidated(live: false);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Period).MustBeOneOf("period", Periods.Past);
            RuleFor(q => q.Filter).MustBeFilter();
            RuleFor(q => q.Entity).MustBeOneOf("entity", ["parks", "rides"]);
            RuleFor(q => q.Limit).InclusiveBetween(1, MaxLimit);
        }
    }

    internal sealed class Handler(Scope.Reader scopes, RideRanking rides, ParkRanking parks, ICatalogue catalogue, TimeProvider clock)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var period = request.Period ?? "today";
            var entity = request.Entity ?? "rides";
            var limit = request.Limit ?? DefaultLimit;
            var scope = await scopes.OfAsync(Periods.Parse(period), request.Filter, cancellationToken);
            IReadOnlyList<object> rows = entity == "rides"
                ? await RidesAsync(scope, limit, cancellationToken)
                : await ParksAsync(scope, limit, cancellationToken);
            return new Result(
                true,
                period,
                request.Filter ?? ParkDirectory.AllParks,
                entity,
                rows.Count,
                rows,
                Cached: false,
                BuildingBlocks.Attribution.Line,
                clock.GetUtcNow().UtcDateTime);
        }

        private async Task<IReadOnlyList<Ride>> RidesAsync(Scope scope, int limit, CancellationToken cancellationToken)
        {
            var top = await rides.TopAsync(scope, RideOrder.AverageWait, limit, cancellationToken);
            var names = await catalogue.GetRidesAsync([.. top.Select(r => r.RideId)], cancellationToken);
            var trends = await rides.TrendsAsync(scope, top, r => r.AverageWait, cancellationToken);
            return
            [
                .. top.Select((r, i) =>
                {
                    var (ride, park) = (names.GetValueOrDefault(r.RideId), scope.Parks[r.ParkId]);
                    return new Ride(
                        i + 1, r.RideId, ride?.Name, ride?.Tier, r.ParkId, park.Name, park.Location, r.AverageWait, r.AverageWait,
                        r.WaitMax, r.WaitMax, r.WaitMax, (int)r.DaysWithWaits, r.Snapshots, trends[r.RideId], scope.LabelOf(r.ParkId));
                }),
            ];
        }

        private async Task<IReadOnlyList<Park>> ParksAsync(Scope scope, int limit, CancellationToken cancellationToken)
        {
            var top = await parks.ByWaitAsync(scope, limit, cancellationToken);
            var before = await parks.BeforeAsync(scope, top, cancellationToken);
            return
            [
                .. top.Select((p, i) =>
                {
                    var park = scope.Parks[p.ParkId];
                    var trend = Figures.Trend(p.AverageWait, before.GetValueOrDefault(p.ParkId)?.AverageWait);
                    return new Park(
                        i + 1, p.ParkId, park.Name, park.Location, p.AverageWait, p.AverageWait, p.WaitMax, p.WaitMax, p.WaitMax,
                        p.RidesWithWaits, p.RidesWithWaits, p.DaysWithWaits, trend, scope.LabelOf(p.ParkId));
                }),
            ];
        }
    }
}
