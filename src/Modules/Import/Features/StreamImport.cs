using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Features;

/// <summary>
/// An import as Server-Sent Events: <c>progress</c> at most once a second while something moves, then <c>end</c> with the final
/// state. It reads the run's row, so it works on any node and survives the death of the one that imports.
/// </summary>
internal static class StreamImport
{
    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/events/{import_id}", Handle)
            .WithName(nameof(StreamImport))
            .WithSummary("Progress of an import as Server-Sent Events, at most once a second, then its final state.")
            .Produces<ImportView>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle(
            [FromRoute(Name = "import_id")] string importId, ImportReads reads, TimeProvider clock, CancellationToken cancellationToken) =>
            await reads.FindAsync(importId, cancellationToken) is { } import
                ? TypedResults.ServerSentEvents(WatchAsync(import, reads, clock, cancellationToken))
                : ImportFailures.NotFound(importId).ToHttp();
    }

    private static async IAsyncEnumerable<SseItem<ImportView>> WatchAsync(
        ImportView import, ImportReads reads, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTime? sent = null;
        while (true)
        {
            // A paused import moves again only when somebody resumes it: that stream has ended.
            if (EnumText.Parse<ImportStatus>(import.Status) is not (ImportStatus.Pending or ImportStatus.InProgress or ImportStatus.Interrupted))
            {
                yield return new SseItem<ImportView>(import, "end");
                yield break;
            }

            if (sent != import.UpdatedAt)
            {
                sent = import.UpdatedAt;
                yield return new SseItem<ImportView>(import, "progress");
            }

            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
            if (await reads.FindAsync(import.ImportId, cancellationToken) is not { } next)
            {
                yield break;
            }

            import = next;
        }
    }
}
