using System.Globalization;
using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality;

internal enum OverallHealth
{
    Healthy,
    Degraded,
    Critical,
}

/// <summary>How healthy the warehouse is, and why it is no better.</summary>
/// <param name="CheckedAt">UTC: when the oldest of the detectors' last checks was; null when one has never looked.</param>
internal sealed record QualityHealth(
    OverallHealth Health, IReadOnlyList<string> Reasons, int OpenCritical, int OpenWarning, int OpenInfo, DateTime? CheckedAt, double? UptimePercent, int? FreshnessMinutes)
{
    public int Open => OpenCritical + OpenWarning + OpenInfo;
}

/// <summary>Puts polls, issues and checks into one word, by the thresholds of <see cref="QualityThresholds"/>. What is not known is never healthy.</summary>
internal sealed class HealthReader(MySqlDatabase database, ICollectionWatch watch, IOptions<QualityThresholds> thresholds, TimeProvider clock)
{
    /// <param name="period">How far back polls count: a day at least.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<QualityHealth> ReadAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        var limits = thresholds.Value;
        var now = clock.GetUtcNow().UtcDateTime;
        var (health, reasons) = (OverallHealth.Healthy, new List<string>());

        var polls = await watch.TotalsAsync(null, now - period, now, cancellationToken);
        double? uptime = polls.Slots == 0 ? null : Math.Min(100, 100.0 * polls.Good / polls.Slots);
        if (uptime is null)
        {
            Worse(OverallHealth.Degraded, "No live data were collected in this period.");
        }
        else if (uptime < limits.UptimeDegradedPercent)
        {
            Worse(
                uptime < limits.UptimeCriticalPercent ? OverallHealth.Critical : OverallHealth.Degraded,
                string.Create(CultureInfo.InvariantCulture, $"{uptime:0.0} % of the polls were good; {limits.UptimeDegradedPercent:0.#} % are wanted."));
        }

        int? age = polls.LastGood is { } at && at >= now.AddDays(-1) ? (int)(now - at).TotalMinutes : null;
        if (uptime is not null && (age is null || age >= limits.StaleMinutes))
        {
            Worse(
                age is null || age >= limits.CriticalMinutes ? OverallHealth.Critical : OverallHealth.Degraded,
                age is null ? "Nothing was collected within a day." : string.Create(CultureInfo.InvariantCulture, $"The newest live data are {age} minutes old."));
        }

        var (critical, warning, info) = await OpenIssuesAsync(cancellationToken);
        if (critical >= limits.CriticalsCritical)
        {
            Worse(OverallHealth.Critical, string.Create(CultureInfo.InvariantCulture, $"{critical} critical issues are open."));
        }

        if (warning >= limits.WarningsDegraded)
        {
            Worse(OverallHealth.Degraded, string.Create(CultureInfo.InvariantCulture, $"{warning} issues that need somebody are open."));
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        var (checks, never, oldest, failed, error) = await connection.QuerySingleAsync<(long, decimal?, DateTime?, decimal?, string?)>(
            new CommandDefinition(SelectChecks, cancellationToken: cancellationToken));
        var isChecked = checks > 0 && never is null or 0;
        if (!isChecked || now - oldest > TimeSpan.FromHours(limits.CheckStaleHours))
        {
            Worse(OverallHealth.Degraded, checks == 0 ? "Nothing was checked yet." : string.Create(CultureInfo.InvariantCulture, $"Some checks are older than {limits.CheckStaleHours} hours or were never made."));
        }

        if (failed > 0)
        {
            Worse(OverallHealth.Degraded, string.Create(CultureInfo.InvariantCulture, $"{failed} checks could not be made; one of them: {error}"));
        }

        return new QualityHealth(health, reasons, critical, warning, info, isChecked ? oldest : null, uptime is { } u ? Math.Round(u, 2) : null, age);

        void Worse(OverallHealth at, string why)
        {
            health = at > health ? at : health;
            reasons.Add(why);
        }
    }

    /// <summary>How many issues are open or being looked into.</summary>
    public async Task<(int Critical, int Warning, int Info)> OpenIssuesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var open = (await connection.QueryAsync<(string Severity, long Issues)>(new CommandDefinition(CountOpen, cancellationToken: cancellationToken)))
            .ToDictionary(r => r.Severity, r => (int)r.Issues);
        return (open.GetValueOrDefault("CRITICAL"), open.GetValueOrDefault("WARNING"), open.GetValueOrDefault("INFO"));
    }

    private const string CountOpen =
        """
        SELECT severity, COUNT(*)
        FROM data_quality_log
        WHERE resolution_status IN ('OPEN', 'INVESTIGATING')
        GROUP BY severity
        """;

    private const string SelectChecks =
        """
        SELECT COUNT(*), SUM(completed_at IS NULL), MIN(completed_at), SUM(failed_at IS NOT NULL), MIN(CONCAT(detector, ': ', error))
        FROM quality_checks
        """;
}
