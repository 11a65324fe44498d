using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Features;

/// <summary>A poll by hand, for the operator who waits for it. It takes the place on the grid it falls into: a slot polled already is left alone.</summary>
internal static class CollectOnce
{
    internal sealed record Command(Guid? Destination = null) : IRequest<Outcome<Result>>;

    internal sealed record Result(
        DateTime Slot, int Destinations, int Polled, int AlreadyPolled, int Failed, int RowsSeen, int Snapshots, int Changed, int Quarantined, int Unmatched, bool Simulated,
        IReadOnlyList<Problem> Problems);

    internal sealed record Problem(Guid Destination, string Kind, string Message);

    internal sealed class Handler(LiveCollector collector) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            IReadOnlyList<PollOutcome> polls;
            try
            {
                polls = await collector.CollectAsync(request.Destination, cancellationToken);
            }
            catch (UpstreamException e)
            {
                return new Failure("UPSTREAM_UNAVAILABLE", 503, $"No destination is known and upstream names none: {e.Message}");
            }

            if (polls.Count == 0)
            {
                return Failure.NotFound("DESTINATION_NOT_FOUND", $"Upstream lists no destination {request.Destination}.");
            }

            var failed = polls.Where(p => p.ErrorKind is not null).ToList();
            return new Result(
                polls[0].Slot,
                polls.Count,
                polls.Count(p => p is { AlreadyPolled: false, ErrorKind: null }),
                polls.Count(p => p.AlreadyPolled),
                failed.Count,
                polls.Sum(p => p.RowsSeen),
                polls.Sum(p => p.Snapshots),
                polls.Sum(p => p.Changed),
                polls.Sum(p => p.Quarantined),
                polls.Sum(p => p.Unmatched),
                polls.Any(p => p.Simulated),
                [.. failed.Select(p => new Problem(p.Destination, p.ErrorKind!, p.ErrorMessage!))]);
        }
    }
}
