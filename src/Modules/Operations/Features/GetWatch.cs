using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Modules.Operations.Features;

/// <summary>The watch that goes on, or the last one, with its newest readings.</summary>
internal static class GetWatch
{
    internal sealed record Query : IRequest<Outcome<Result>>;

    /// <param name="Watch">Null: no release was ever watched.</param>
    /// <param name="SampledAt">When it was last looked at, UTC; null: not yet.</param>
    /// <param name="Objections">What speaks against the release so far.</param>
    internal sealed record Result(WatchView? Watch, DateTime? SampledAt, IReadOnlyList<ReadingView> Readings, IReadOnlyList<string> Objections);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/watch", "Operations")
            .MapGet("", async (IMediator mediator, CancellationToken ct) => (await mediator.Send(new Query(), ct)).ToHttp())
            .WithName(nameof(GetWatch))
            .WithSummary("The watch over a release: its state, its newest readings, and what speaks against the release so far.")
            .Produces<Result>();
    }

    internal sealed class Handler(WatchStore store, TimeProvider time) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await store.LatestAsync(cancellationToken) is not { } watch)
            {
                return new Result(null, null, [], []);
            }

            var samples = await store.SamplesAsync(watch.WatchId, cancellationToken);
            var last = samples.Select(s => s.Slot).DefaultIfEmpty().Max();
            var newest = samples.Where(s => s.Slot == last).ToList();
            return new Result(
                WatchView.Of(watch, time.GetUtcNow().UtcDateTime),
                newest.FirstOrDefault()?.SampledAt,
                [.. newest.OrderBy(s => s.Reading.Metric).Select(s => ReadingView.Of(s.Reading))],
                [.. Conclusion.Objections(samples)]);
        }
    }
}
