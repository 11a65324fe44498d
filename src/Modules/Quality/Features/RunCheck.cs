using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;

namespace ThemePark.Modules.Quality.Features;

/// <summary>The check, made at once and by whoever asks: the verb <c>quality check</c>.</summary>
internal static class RunCheck
{
    internal sealed record Command(int? DestinationId, Depth Depth) : IRequest<Outcome<Result>>;

    /// <summary><c>issues</c> = what is wrong now, of which <c>opened</c> and <c>reopened</c> are new; <c>closed</c> are gone.</summary>
    internal sealed record Result(
        int Destinations, int Issues, int Opened, int Reopened, int Closed, IReadOnlyDictionary<string, int> ByDetector, IReadOnlyList<string> FailedChecks);

    internal sealed class Handler(Checker checker, ICatalogue catalogue, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (request.DestinationId is { } id && await catalogue.FindDestinationAsync(id, cancellationToken) is null)
            {
                return Failure.NotFound("DESTINATION_NOT_FOUND", $"There is no destination {id}.");
            }

            var check = await checker.RunAsync(request.DestinationId, request.Depth, null, cancellationToken);
            var changes = check.Changes;
            await audit.RecordAsync(
                "quality.check",
                request.DestinationId?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                new { Depth = request.Depth.ToUpperSnake(), changes.Found, changes.Opened, changes.Closed },
                null,
                cancellationToken);
            return new Result(check.Destinations, changes.Found, changes.Opened, changes.Reopened, changes.Closed, check.FoundByDetector, check.Failed);
        }
    }
}
