using System.Text.RegularExpressions;
using Quartz;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>
/// The instants of a cron expression in a time zone. When the clocks go forward, a time that does not exist comes at the instant they went; when they go
/// back, a fixed time comes once, the first time, while <c>*</c>, ranges and steps in minute or hour go on through both hours.
/// </summary>
internal sealed partial class CronTimes
{
    private const int MaxCron = 100;
    private const int MaxZone = 64;
    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;
    private readonly bool _isInterval;

    private CronTimes(CronExpression expression, TimeZoneInfo zone, bool isInterval) =>
        (_expression, _zone, _isInterval) = (expression.WithTimeZone(zone), zone, isInterval);

    /// <returns>Or 400 VALIDATION_FAILED that says what is wrong with <c>cron</c>, <c>time_zone</c> or both.</returns>
    public static Outcome<CronTimes> Read(string cron, string timeZone, DateTime now)
    {
        var wrong = new Dictionary<string, string[]>();
        if (CronProblem(cron, out var expression) is { } cronProblem)
        {
            wrong["cron"] = [cronProblem];
        }

        if (ZoneProblem(timeZone, out var zone) is { } zoneProblem)
        {
            wrong["time_zone"] = [zoneProblem];
        }

        if (wrong.Count > 0)
        {
            return Failure.Validation(wrong);
        }

        var times = new CronTimes(expression!, zone!, CronText.IsInterval(cron));
        return times.After(now) is null ? Failure.Validation("cron", $"cron: '{cron}' never comes.") : times;
    }

    /// <summary>The first instant after the given one, UTC; null when there is none any more.</summary>
    public DateTime? After(DateTime utc)
    {
        var at = _expression.GetNextValidTimeAfter(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)));

        // Quartz knows the second coming of a fixed time only when it is asked from the first; asked a moment later, it takes it for another.
        while (at is { } instant && !_isInterval && IsSecondComing(instant))
        {
            at = _expression.GetNextValidTimeAfter(instant);
        }

        return at?.UtcDateTime;
    }

    /// <summary>The next instants after the given one, UTC, in order.</summary>
    public IReadOnlyList<DateTime> Next(DateTime utc, int count)
    {
        var next = new List<DateTime>(count);
        while (next.Count < count && After(next.Count == 0 ? utc : next[^1]) is { } at)
        {
            next.Add(at);
        }

        return next;
    }

    private bool IsSecondComing(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, _zone);
        return _zone.IsAmbiguousTime(local) && local.Offset < _zone.GetAmbiguousTimeOffsets(local).Max();
    }

    private static string? CronProblem(string cron, out CronExpression? expression)
    {
        expression = null;
        if (cron.Length > MaxCron)
        {
            return $"cron must have at most {MaxCron} characters.";
        }

        return CronText.Problem(cron)
            ?? (CronExpression.TryParse(cron, CronFormat.Unix, out expression) ? null : $"cron: '{cron}' is not understood.");
    }

    private static string? ZoneProblem(string timeZone, out TimeZoneInfo? zone)
    {
        zone = null;
        return timeZone.Length <= MaxZone && ZoneName().IsMatch(timeZone) && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out zone) && zone.HasIanaId
            ? null
            : $"time_zone must be an IANA time zone such as Europe/Berlin or UTC; got '{timeZone}'.";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*\z")]
    private static partial Regex ZoneName();
}
