using System.Globalization;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;

namespace ThemePark.Simulator;

/// <summary>What a request asks for; the body is written for the instant its rows are to show.</summary>
internal sealed record LiveRoute(int Status, LiveSubject? Subject, bool HasRows, Func<long, byte[]> Write)
{
    public static LiveRoute Error(int status, byte[] body) => new(status, null, false, _ => body);
}

/// <summary>Finds the document a path stands for, or the error upstream answers.</summary>
internal sealed class LiveRouter(LiveWorld world)
{
    public LiveRoute Resolve(string path, IQueryCollection query, long ms)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["v1", "destinations"]:
                return Ok(null, _ => LiveDocuments.Destinations(world));
            case ["v1", "entity", var id, .. var rest] when rest.Length <= 3:
                return world.Find(id, ms) is { } subject ? OfEntity(subject, rest, query, ms) : NotFound($"No entity {id}.");
            default:
                return NotFound("No such endpoint.");
        }
    }

    public static byte[] ErrorBody(string type, string message) => LiveJson.Document(json =>
    {
        json.WriteBoolean("success"u8, false);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, type);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    });

    private static LiveRoute OfEntity(LiveSubject subject, string[] rest, IQueryCollection query, long ms) => rest switch
    {
        [] => Ok(subject, _ => LiveDocuments.Entity(subject, ms)),
        ["children"] => Ok(subject, _ => LiveDocuments.Children(subject, ms)),
        ["live"] => new LiveRoute(200, subject, true, rows => LiveDocuments.Live(subject, Types(query), ms, rows)),
        ["schedule"] => Ok(subject, _ => LiveScheduleDocument.Coming(subject, ms)),
        ["schedule", var year, var month] => Month(subject, year, month, ms),
        ["history"] => History(subject, query, ms),
        ["history", "coverage"] => Coverage(subject, ms),
        _ => NotFound("No such endpoint."),
    };

    private static LiveRoute Month(LiveSubject subject, string year, string month, long ms) =>
        year.Length == 4 && month.Length == 2
        && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y) && y is >= 1970 and <= 2150
        && int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out var m) && m is >= 1 and <= 12
            ? Ok(subject, _ => LiveScheduleDocument.Month(subject, y, m, ms))
            : LiveRoute.Error(400, ErrorBody("Bad request", "The month has two digits, the year is from 1970 to 2150."));

    private static LiveRoute History(LiveSubject subject, IQueryCollection query, long ms)
    {
        if (subject is not { Park: { } park } || subject.Entity is not (null or LiveRide))
        {
            return HistoryError(404, "NOT_FOUND", "Nothing is recorded for this entity.");
        }

        if (query.ContainsKey("from") || query.ContainsKey("to"))
        {
            return HistoryError(400, "INVALID_RANGE", "The simulator answers single days: use date.");
        }

        var today = park.LocalDateAt(ms);
        var date = today;
        if (query.TryGetValue("date", out var text))
        {
            var parsed = LocalDatePattern.Iso.Parse(text.ToString());
            if (!parsed.Success)
            {
                return HistoryError(400, "INVALID_DATE", "date is YYYY-MM-DD.");
            }

            date = parsed.Value;
        }

        var earliest = today.PlusDays(-LiveHistory.OpenDays);
        if (date < earliest)
        {
            return HistoryError(
                403, "HISTORY_WINDOW_EXCEEDED", $"Requests without an API key can see history back to {LiveHistory.Day(earliest)} ({LiveHistory.OpenDays} days).", earliest);
        }

        return Ok(subject, _ => subject.Entity is LiveRide ride ? LiveHistory.Entity(ride, date, ms, park) : LiveHistory.Park(park, date, ms));
    }

    private static LiveRoute Coverage(LiveSubject subject, long ms) => subject switch
    {
        { Park: { } park, Entity: LiveRide ride } => Ok(subject, _ => LiveCoverage.Entity(ride, park, ms)),
        { Park: { } park, Entity: null } => Ok(subject, _ => LiveCoverage.Park(park, ms)),
        _ => HistoryError(404, "NOT_FOUND", "Nothing is recorded for this entity."),
    };

    private static LiveRoute Ok(LiveSubject? subject, Func<long, byte[]> write) => new(200, subject, false, write);

    private static LiveRoute NotFound(string message) => LiveRoute.Error(404, ErrorBody("Not found", message));

    private static LiveRoute HistoryError(int status, string type, string message, LocalDate? earliest = null) => LiveRoute.Error(status, LiveJson.Document(json =>
    {
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, type);
        json.WriteString("message"u8, message);
        if (earliest is { } day)
        {
            json.WriteString("earliestAllowedDate"u8, LiveHistory.Day(day));
        }

        json.WriteEndObject();
    }));

    private static string[] Types(IQueryCollection query) =>
        query["entityType"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
