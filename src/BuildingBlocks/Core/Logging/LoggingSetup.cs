using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ThemePark.BuildingBlocks;

public static class LoggingSetup
{
    /// <summary>One JSON object per line, scopes included, in production; readable lines in development. Times are UTC.</summary>
    public static ILoggingBuilder AddThemeParkConsole(this ILoggingBuilder logging, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(logging);
        logging.ClearProviders();

        // The framework's request lines carry full URLs, and there are two of them for every call.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        return environment.IsDevelopment()
            ? logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "HH:mm:ss.fff'Z' ";
                o.IncludeScopes = true;
            })
            : logging.AddJsonConsole(o =>
            {
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                o.IncludeScopes = true;
            });
    }
}
