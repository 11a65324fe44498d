using System.Globalization;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Maintenance;

/// <summary>
/// In maintenance every request is answered 503 with Retry-After, but for health, metrics, reading by operators, and what ends the maintenance.
/// </summary>
internal sealed class MaintenanceGate(RequestDelegate next, SwitchBoard board, TimeProvider time)
{
    // What callers are told to wait when nobody said how long it takes.
    private const int UsualSeconds = 120;

    private static readonly PathString[] AlwaysOpen = ["/health", "/api/health", "/metrics", "/api/admin/maintenance", "/console/sign-in", "/console/sign-out", "/console/actions/maintenance"];
    private static readonly PathString[] Readable = ["/console", "/api/admin", "/docs", "/openapi"];

    public async Task InvokeAsync(HttpContext http)
    {
        var path = http.Request.Path;
        if (path.StartsWithSegments("/console") && !path.StartsWithSegments("/console/actions/maintenance")
            && await board.FindAsync(Switch.ConsoleClosed, http.RequestAborted) is { } closed)
        {
            await RefuseAsync(http, closed, "CONSOLE_CLOSED", "The console is closed");
            return;
        }

        if (!AlwaysOpen.Any(open => path.StartsWithSegments(open))
            && !(IsReading(http.Request) && Readable.Any(open => path.StartsWithSegments(open)))
            && await board.FindAsync(Switch.Maintenance, http.RequestAborted) is { } maintenance)
        {
            await RefuseAsync(http, maintenance, "MAINTENANCE", "The warehouse is in maintenance");
            return;
        }

        await next(http);
    }

    private static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private Task RefuseAsync(HttpContext http, SwitchedOn state, string code, string what)
    {
        var seconds = state.ExpectedEnd is { } end ? Math.Max(1, (int)Math.Ceiling((end - time.GetUtcNow().UtcDateTime).TotalSeconds)) : UsualSeconds;
        var until = state.ExpectedEnd is { } at ? $"; expected until {at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : "";
        var failure = new Failure(
            code,
            StatusCodes.Status503ServiceUnavailable,
            $"{what} since {state.SinceAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC{until}.",
            new Dictionary<string, object?> { ["retry_after_seconds"] = seconds, ["since"] = state.SinceAt, ["expected_end"] = state.ExpectedEnd });
        return failure.ToHttp().ExecuteAsync(http);
    }
}
