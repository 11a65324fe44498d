using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Quality.Detecting;

namespace ThemePark.Modules.Quality.Features;

/// <summary>Lets the detectors look, as a job: on its schedules, after an import, and when somebody asks.</summary>
internal static class CheckQuality
{
    [Job("quality.check.v1", Queue = "quality", Retries = 2)]
    internal sealed record Command : IJobCommand
    {
        /// <summary>Null: all of them, and what concerns none.</summary>
        public int? DestinationId { get; init; }

        public Depth Depth { get; init; }
    }

    internal sealed class Handler(Checker checker, IJobRun job) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            var result = await checker.RunAsync(request.DestinationId, request.Depth, (done, what) => job.Progress(done, what), cancellationToken);
            var changes = result.Changes;
            job.Log(LogLevel.Information, FormattableString.Invariant(
                $"{result.Destinations} destinations checked: {changes.Found} issues, {changes.Opened} new, {changes.Reopened} back, {changes.Closed} gone"));
            return result.Failed.Count == 0
                ? Unit.Value
                : throw new JobFailedException($"{result.Failed.Count} checks could not be made. {result.Failed[0]}");
        }
    }
}
