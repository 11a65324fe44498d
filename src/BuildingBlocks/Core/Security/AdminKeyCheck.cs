using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Lets nothing below <c>/api/admin</c> through without a live key, unknown routes included, nor <c>/metrics</c> unless it is for everyone. It goes by path, so no
/// endpoint can forget it.
/// </summary>
internal sealed class AdminKeyCheck(RequestDelegate next, AdminKeyRing ring, CallLimiter limiter, IOptions<MetricsOptions> metrics, ILogger<AdminKeyCheck> log)
{
    public async Task InvokeAsync(HttpContext http, CurrentCaller caller)
    {
        if (!NeedsKey(http.Request.Path))
        {
            await next(http);
            return;
        }

        var presented = Bearer(http.Request.Headers.Authorization.ToString());
        var name = presented is null ? null : await ring.FindAsync(presented, http.RequestAborted);
        if (name is null)
        {
            await RefuseAsync(http, presented is null);
            return;
        }

        caller.Set(new Caller(name, Door.Api), http.TraceIdentifier);
        using (log.BeginFields(("caller", name)))
        {
            await next(http);
        }
    }

    private bool NeedsKey(PathString path) =>
        path.StartsWithSegments(AdminEndpoints.Prefix) || (!metrics.Value.Anonymous && path.StartsWithSegments(GetMetrics.Path));

    private static string? Bearer(string header)
    {
        const string Scheme = "Bearer ";
        var key = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        return key.Length is > 0 and <= AdminKey.MaxLength ? key : null;
    }

    private Task RefuseAsync(HttpContext http, bool absent)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        // Only answers without a live key count: what an address did before never locks a key out.
        if (limiter.TakeUnauthorized(address) is { } limited)
        {
            return ErrorAnswers.WriteAsync(http, limited);
        }

        log.LogWarning("{Method} {Path} refused for {Address}: {Reason}", http.Request.Method, http.Request.Path, address, absent ? "no key" : "unknown key");
        http.Response.Headers.WWWAuthenticate = absent ? "Bearer realm=\"themepark\"" : "Bearer realm=\"themepark\", error=\"invalid_token\"";
        return ErrorAnswers.WriteAsync(http, new Failure(
            "UNAUTHORIZED",
            StatusCodes.Status401Unauthorized,
            absent ? "This call needs an admin key: Authorization: Bearer <key>." : "This admin key is unknown or revoked."));
    }
}
