using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Collection.Features;

/// <summary>
/// How fresh each park's live data are, for operators. Polls count, changes do not: a park that is closed says nothing new all night and is
/// fresh all the same.
/// </summary>
internal static class GetFreshness
{
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(IReadOnlyList<Park> Freshness, IReadOnlyList<Destination> Destinations, Limits Thresholds, Totals Summary);

    /// <summary>FRESH, NORMAL, STALE, or UNKNOWN for a park that was never seen live: then there is no last snapshot.</summary>
    internal sealed record Park(int ParkId, string? ParkName, DateTime? LastSnapshot, double? MinutesSinceLast, string Status);

    /// <summary>The worst first. <c>status</c> is that of its worst park, an unknown one being worse than a stale one; the last snapshot is of any of its parks.</summary>
    internal sealed record Destination(int DestinationId, string? DestinationName, string Status, DateTime? LastSnapshot, double? MinutesSinceLast, Totals Parks);

    internal sealed record Limits(int FreshBelowMinutes, int StaleAboveMinutes);

    internal sealed record Totals(int ParksFresh, int ParksNormal, int ParksStale, int ParksUnknown, int TotalParks);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/freshness", Handle)
            .WithName(nameof(GetFreshness))
            .WithSummary("Minutes since the last live poll that had rows of each park, and of each destination.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            Results.Ok(await mediator.Send(new Query(), cancellationToken));
    }

    internal sealed class Handler(ParkAges ages, ICatalogue catalogue, IOptions<QualityThresholds> thresholds) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query request, CancellationToken cancellationToken)
        {
            var parks = await ages.ListAsync(cancellationToken);
            var names = (await catalogue.ListDestinationsAsync(cancellationToken)).ToDictionary(d => d.DestinationId, d => d.Name ?? d.Slug);

            return new Result(
                [.. parks.Select(p => new Park(p.Park.ParkId, p.Park.Name, p.LastSeen, p.Minutes, p.Freshness.ToUpperSnake()))],
                [
                    .. parks.GroupBy(p => p.Park.DestinationId)
                        .OrderByDescending(d => d.Max(p => p.Freshness))
                        .ThenByDescending(d => d.Min(p => p.Minutes) ?? double.MaxValue)
                        .ThenBy(d => d.Key)
                        .Select(d => new Destination(
                            d.Key, names.GetValueOrDefault(d.Key), d.Max(p => p.Freshness).ToUpperSnake(), d.Max(p => p.LastSeen), d.Min(p => p.Minutes), Count([.. d]))),
                ],
                new Limits(thresholds.Value.FreshMinutes, thresholds.Value.StaleMinutes),
                Count(parks));
        }

        private static Totals Count(IReadOnlyList<ParkAge> parks)
        {
            return new Totals(In(Freshness.Fresh), In(Freshness.Normal), In(Freshness.Stale), In(Freshness.Unknown), parks.Count);

            int In(Freshness freshness) => parks.Count(p => p.Freshness == freshness);
        }
    }
}
