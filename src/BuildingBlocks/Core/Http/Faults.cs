using Microsoft.AspNetCore.Http;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>What a caller is told of an exception that no use case expected. The exception itself belongs into the log, and nowhere else.</summary>
public static class Faults
{
    /// <summary>503 when the database is away, else 500.</summary>
    public static Failure Of(Exception exception, HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return MySqlErrors.IsAway(exception)
            ? new Failure(
                "DATABASE_UNAVAILABLE",
                StatusCodes.Status503ServiceUnavailable,
                "The database does not answer; try again shortly.",
                new Dictionary<string, object?> { ["correlation_id"] = http.TraceIdentifier, ["retry_after_seconds"] = 5 })
            : Internal(http, StatusCodes.Status500InternalServerError);
    }

    // Analytics paths have no details: the message itself must lead to the log.
    internal static Failure Internal(HttpContext http, int status) => new(
        "INTERNAL_ERROR",
        status,
        $"Something went wrong here; it is in the log as {http.TraceIdentifier}.",
        new Dictionary<string, object?> { ["correlation_id"] = http.TraceIdentifier });
}
