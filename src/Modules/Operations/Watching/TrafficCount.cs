using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ThemePark.Modules.Operations.Maintenance;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>
/// Counts what this node answers, from outside of all that makes answers: a request that fails before it is routed is counted too. Refusals of a
/// maintenance are meant, and not counted.
/// </summary>
internal sealed class TrafficCount(Traffic traffic, SwitchBoard board, TimeProvider time) : IStartupFilter
{
    private static readonly string[] Streams = ["text/event-stream", "application/x-ndjson", "text/csv"];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(CountAsync);
        next(app);
    };

    private async Task CountAsync(HttpContext http, RequestDelegate next)
    {
        if (TallyOf(http.Request.Path) is not { } tally)
        {
            await next(http);
            return;
        }

        var began = time.GetTimestamp();
        try
        {
            await next(http);
        }
        catch (Exception) when (!http.RequestAborted.IsCancellationRequested)
        {
            tally.Add(failed: true, null);
            throw;
        }

        var took = time.GetElapsedTime(began).TotalMilliseconds;
        if (!http.RequestAborted.IsCancellationRequested && !IsStream(http.Response) && !await IsMeantAsync(http.Response))
        {
            var isForm = tally == traffic.Pages && !HttpMethods.IsGet(http.Request.Method);
            tally.Add(http.Response.StatusCode >= StatusCodes.Status500InternalServerError, isForm ? null : took);
        }
    }

    private Tally? TallyOf(PathString path) =>
        path.StartsWithSegments("/api") ? path.StartsWithSegments("/api/health") ? null : traffic.Api
        : path.StartsWithSegments("/console") && !path.StartsWithSegments("/console/assets") ? traffic.Pages
        : null;

    // How long they take is up to who reads them.
    private static bool IsStream(HttpResponse answer) =>
        answer.ContentType is { } type && Streams.Any(s => type.StartsWith(s, StringComparison.OrdinalIgnoreCase));

    private async ValueTask<bool> IsMeantAsync(HttpResponse answer) =>
        answer.StatusCode == StatusCodes.Status503ServiceUnavailable
        && (await board.FindAsync(Switch.Maintenance, CancellationToken.None) ?? await board.FindAsync(Switch.ConsoleClosed, CancellationToken.None)) is not null;
}
