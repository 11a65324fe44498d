using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Collection.Features;

/// <summary>
/// How fresh each park's live data are, for operators. Polls count, changes do not: a park that is closed says nothing new all night and is
/// fresh all the same.
/// </summary>
internal static class GetFreshness
{
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(IReadOnlyList<Park> Freshness, Limits Thresholds, Totals Summary);

    /// <summary>FRESH, NORMAL, STALE, or UNKNOWN for a park that was never seen live: then there is no last snapshot.</summary>
    internal sealed record Park(int ParkId, string? ParkName, DateTime? LastSnapshot, double? MinutesSinceLast, string Status);

    internal sealed record Limits(int FreshBelowMinutes, int StaleAboveMinutes);

    internal sealed record Totals(int ParksFresh, int ParksNormal, int ParksStale, int ParksUnknown, int TotalParks);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/freshness", Handle)
            .WithName(nameof(GetFreshness))
            .WithSummary("Minutes since the last live poll that had rows of each park.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            Results.Ok(await mediator.Send(new Query(), cancellationToken));
    }

    internal sealed class Handler(ILiveCollection live, ICatalogue catalogue, IOptions<QualityThresholds> thresholds, TimeProvider clock) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query request, CancellationToken cancellationToken)
        {
            var seen = (await live.FreshnessAsync(cancellationToken)).ToDictionary(p => p.ParkId, p => p.LastSeenAt);
            var now = clock.GetUtcNow().UtcDateTime;
            var parks = (await catalogue.ListParksAsync(null, cancellationToken)).Select(p => Of(p, seen, now)).ToList();

            return new Result(
                parks,
                new Limits(thresholds.Value.FreshMinutes, thresholds.Value.StaleMinutes),
                new Totals(Count("FRESH"), Count("NORMAL"), Count("STALE"), Count("UNKNOWN"), parks.Count));

            int Count(string status) => parks.Count(p => p.Status == status);
        }

        private Park Of(Metadata.Contracts.Park park, Dictionary<int, DateTime> seen, DateTime now)
        {
            if (!seen.TryGetValue(park.ParkId, out var last))
            {
                return new Park(park.ParkId, park.Name, null, null, "UNKNOWN");
            }

            var minutes = Math.Round((now - last).TotalMinutes, 1);
            return new Park(park.ParkId, park.Name, last, minutes, minutes < thresholds.Value.FreshMinutes ? "FRESH" : minutes <= thresholds.Value.StaleMinutes ? "NORMAL" : "STALE");
        }
    }
}
