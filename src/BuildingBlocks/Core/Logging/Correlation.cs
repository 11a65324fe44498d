using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// One id per request, in the answer, in every log line and in the audit log. A caller may bring its own if it is harmless to print.
/// </summary>
internal sealed partial class Correlation(RequestDelegate next, ILogger<Correlation> log)
{
    public const string Header = "X-Correlation-Id";

    public async Task InvokeAsync(HttpContext http)
    {
        var brought = http.Request.Headers[Header].ToString();
        http.TraceIdentifier = Harmless().IsMatch(brought) ? brought : Guid.CreateVersion7().ToString("N");
        Echo(http);
        using (log.BeginFields(("correlation_id", http.TraceIdentifier)))
        {
            await next(http);
        }
    }

    public static void Echo(HttpContext http) => http.Response.Headers[Header] = http.TraceIdentifier;

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Harmless();
}
