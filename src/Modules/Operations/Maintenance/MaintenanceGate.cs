using System.Globalization;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Maintenance;

/// <summary>
/// In maintenance every request is answered 503 with Retry-After, but for health, metrics, reading by operators, and what ends the maintenance. A console that is
/// closed answers 503 whatever is asked.
/// </summary>
internal sealed class MaintenanceGate(RequestDelegate next, SwitchBoard board, TimeProvider time)
{
    // What callers are told to wait when nobody said how long it takes.
    private const int UsualSeconds = 120;

    private static readonly PathString Console = "/console";
    private static readonly PathString[] AlwaysOpen =
        ["/health", "/api/health", "/metrics", "/api/admin/maintenance", "/console/sign-in", "/console/sign-out", "/console/actions/maintenance"];

    private static readonly PathString[] Readable = [Console, AdminEndpoints.Prefix, "/docs", "/openapi"];

    public async Task InvokeAsync(HttpContext http)
    {
        var path = http.Request.Path;
        if (path.StartsWithSegments(Console) && await board.FindAsync(Switch.ConsoleClosed, http.RequestAborted) is { } closed)
        {
            throw Refusal(closed, "CONSOLE_CLOSED", "The console is closed");
        }

        if (!AlwaysOpen.Any(open => path.StartsWithSegments(open))
            && !(IsReading(http.Request) && Readable.Any(open => path.StartsWithSegments(open)))
            && await board.FindAsync(Switch.Maintenance, http.RequestAborted) is { } maintenance)
        {
            throw Refusal(maintenance, "MAINTENANCE", "The warehouse is in maintenance");
        }

        await next(http);
    }

    private static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private RefusedException Refusal(SwitchedOn state, string code, string what)
    {
        var seconds = state.ExpectedEnd is { } end ? Math.Max(1, (int)Math.Ceiling((end - time.GetUtcNow().UtcDateTime).TotalSeconds)) : UsualSeconds;
        var until = state.ExpectedEnd is { } at ? $"; expected until {Text(at)} UTC" : "";
        return new RefusedException(new Failure(
            code,
            StatusCodes.Status503ServiceUnavailable,
            $"{what} since {Text(state.SinceAt)} UTC{until}.",
            new Dictionary<string, object?> { ["retry_after_seconds"] = seconds, ["since"] = state.SinceAt, ["expected_end"] = state.ExpectedEnd }));
    }

    private static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
