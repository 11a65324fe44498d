using System.Text.Json.Serialization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>Where the host keeps its files; the disk check looks at it.</summary>
public sealed record DataDirectory(string Path);

/// <summary>Says when live data were last collected; Collection answers it.</summary>
public interface IDataCollectionProbe
{
    /// <summary>Null when nothing was ever collected.</summary>
    Task<DataCollectionReading?> ReadAsync(CancellationToken cancellationToken);
}

/// <param name="LastCollection">UTC.</param>
/// <param name="Simulated">A simulator answered, not upstream.</param>
public sealed record DataCollectionReading(DateTime LastCollection, bool Simulated);

/// <summary>Says how far the figures by hour and day are behind the raw rows; Analytics answers it.</summary>
public interface IRollupProbe
{
    Task<RollupReading> ReadAsync(CancellationToken cancellationToken);
}

/// <param name="LastDay">The last local date of which some park's figures are over; null: none.</param>
/// <param name="CompletedAt">UTC: when figures were last written; null: never.</param>
/// <param name="DaysWaiting">Ledger entries the figures do not have.</param>
/// <param name="WaitingSince">UTC: when the oldest of them was written; null: none waits.</param>
public sealed record RollupReading(DateOnly? LastDay, DateTime? CompletedAt, long DaysWaiting, DateTime? WaitingSince);

/// <summary>One more check of <c>/api/health</c>, answered by the module that can.</summary>
public interface IHealthProbe
{
    /// <summary>The check's name there, in snake case.</summary>
    string Name { get; }

    Task<HealthReading> ReadAsync(CancellationToken cancellationToken);
}

/// <param name="Status">healthy; critical (answers 503); any other word, such as warning, degraded or no_data, is less than healthy.</param>
/// <param name="Open">What stands open: alerts or issues; null when unknown.</param>
public sealed record HealthReading(string Status, int? Open, string Message);

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the database answers and has this build's schema. <c>/api/health</c>:
/// the same and the disk, for people. What cannot be found out is "unknown", and unknown is never healthy.
/// </summary>
internal sealed class Health(
    MySqlDatabase database, MigrationRunner migrations, DataDirectory data, TimeProvider time, ILogger<Health> log, IEnumerable<IHealthProbe> probes,
    IOptions<QualityThresholds> thresholds, IDataCollectionProbe? collection = null, IRollupProbe? rollups = null)
{
    private const double DiskWarningPercent = 80;
    private const double DiskCriticalPercent = 90;
    private const int BehindMinutes = 15;
    private const double BytesPerGb = 1024.0 * 1024 * 1024;

    // A probe that hangs is worse than one that fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal sealed record Live(string Status);

    internal sealed record Ready(string Status, ReadyChecks Checks);

    internal sealed record ReadyChecks(Check Database, Check Migrations);

    internal sealed record Report(string Status, DateTime Timestamp, string ApiVersion, ReportChecks Checks);

    internal sealed record ReportChecks(
        Check Database, Check Migrations, CollectionCheck DataCollection, DailyCheck DailyAggregation, HourlyCheck HourlyAggregation, DiskCheck DiskSpace)
    {
        /// <summary>The modules' own checks by name, each with status, open and message.</summary>
        [JsonExtensionData]
        public Dictionary<string, object> Modules { get; init; } = [];
    }

    internal sealed record Check(string Status, string Message);

    /// <summary><c>simulated</c> is null when nothing is known.</summary>
    internal sealed record CollectionCheck(
        string Status, DateTime? LastCollection, int? AgeMinutes, int StaleThresholdMinutes, int CriticalThresholdMinutes, bool? Simulated, string Message);

    /// <summary>Tells how far the days are; whether that is well says the hourly check.</summary>
    internal sealed record DailyCheck(string Status, DateOnly? AggregationDate, DateTime? CompletedAt);

    internal sealed record HourlyCheck(string Status, DateTime? LastCompletedAt, int? LagMinutes, int StaleThresholdMinutes, long? DaysWaiting, string Message);

    internal sealed record DiskCheck(string Status, double? UsagePercent, double? TotalGb, double? UsedGb, double? FreeGb, string Message);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app)
        {
            app.MapGet("/health/live", () => new Live("healthy"))
                .WithTags("Health")
                .WithSummary("The process answers.")
                .Produces<Live>();
            app.MapGet("/health/ready", async (Health health, CancellationToken cancellationToken) => Answer(await health.ReadyAsync(cancellationToken)))
                .WithTags("Health")
                .WithSummary("The database answers and has this build's schema.")
                .Produces<Ready>()
                .Produces<Ready>(StatusCodes.Status503ServiceUnavailable);
            app.MapGet("/api/health", async (Health health, CancellationToken cancellationToken) => Answer(await health.ReportAsync(cancellationToken)))
                .WithTags("Health")
                .WithSummary("Every check with its numbers; 503 when one is unhealthy or critical.")
                .Produces<Report>()
                .Produces<Report>(StatusCodes.Status503ServiceUnavailable);
        }

        private static IResult Answer(Ready ready) => Results.Json(ready, statusCode: ready.Status == "healthy" ? 200 : 503);

        private static IResult Answer(Report report) =>
            Results.Json(report, statusCode: report.Status is "unhealthy" or "critical" ? 503 : 200);
    }

    public async Task<Ready> ReadyAsync(CancellationToken cancellationToken)
    {
        var (reached, schema) = await DatabaseAsync(cancellationToken);
        return new Ready(reached.Status == "healthy" && schema.Status == "healthy" ? "healthy" : "unhealthy", new ReadyChecks(reached, schema));
    }

    public async Task<Report> ReportAsync(CancellationToken cancellationToken)
    {
        var (reached, schema) = await DatabaseAsync(cancellationToken);
        // Beside everything else: it looks at the whole ledger.
        var rolledUp = reached.Status == "healthy" ? RollupsAsync(cancellationToken) : Task.FromResult(Rollups(null, "The database does not answer"));
        var live = reached.Status == "healthy" ? await CollectionAsync(cancellationToken) : Collection("unknown", null, "The database does not answer");
        var disk = Disk();
        var modules = new Dictionary<string, HealthReading>(StringComparer.Ordinal);
        foreach (var probe in probes)
        {
            modules[probe.Name] = reached.Status == "healthy"
                ? await ReadAsync(probe, cancellationToken)
                : new HealthReading("unknown", null, "The database does not answer");
        }

        var (daily, hourly) = await rolledUp;
        string[] all = [reached.Status, schema.Status, live.Status, hourly.Status, disk.Status, .. modules.Values.Select(m => m.Status)];
        var status = all.Contains("unhealthy") ? "unhealthy"
            : all.Contains("critical") ? "critical"
            : all.All(s => s == "healthy") ? "healthy"
            : "degraded";
        return new Report(status, time.GetUtcNow().UtcDateTime, "1.0.0", new ReportChecks(reached, schema, live, daily, hourly, disk)
        {
            Modules = modules.ToDictionary(m => m.Key, object (m) => m.Value, StringComparer.Ordinal),
        });
    }

    private async Task<HealthReading> ReadAsync(IHealthProbe probe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await probe.ReadAsync(limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(e, "The check {Check} cannot be read", probe.Name);
            return new HealthReading("unknown", null, "The check cannot be read");
        }
    }

    private async Task<(Check Database, Check Migrations)> DatabaseAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await using (var connection = await database.OpenAsync(limit.Token))
            {
                await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: limit.Token));
            }

            return (new Check("healthy", "Database connection successful"), await SchemaAsync(limit.Token, cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(e, "The database does not answer");
            return (new Check("unhealthy", "The database does not answer"), new Check("unknown", "The database does not answer"));
        }
    }

    private async Task<Check> SchemaAsync(CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            var versions = await migrations.StatusAsync(limit);
            var wrong = versions.Where(v => (v.State != MigrationState.Applied && !v.AwaitsContract) || v.Problem is not null).ToList();
            return wrong.Count == 0
                ? new Check("healthy", $"Schema version {versions.Where(v => v.State == MigrationState.Applied).Max(v => v.Version)}")
                : new Check("unhealthy", $"{wrong.Count} of {versions.Count} schema versions are not as this build expects");
        }
        // A node that has lost its cluster answers as long as no table is asked for: then the database is away, not the schema unknown.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !MySqlErrors.IsAway(e))
        {
            log.LogWarning(e, "The schema version cannot be read");
            return new Check("unknown", "The schema version cannot be read");
        }
    }

    private async Task<CollectionCheck> CollectionAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            if (collection is null)
            {
                return Collection("unknown", null, "This host does not know of live data");
            }

            if (await collection.ReadAsync(limit.Token) is not { } last)
            {
                return Collection("no_data", null, "No live data have been collected yet");
            }

            var age = (int)(time.GetUtcNow().UtcDateTime - last.LastCollection).TotalMinutes;
            var (status, word) = age >= thresholds.Value.CriticalMinutes ? ("critical", "old") : age >= thresholds.Value.StaleMinutes ? ("stale", "stale") : ("healthy", "fresh");
            return Collection(status, last, FormattableString.Invariant($"Data {word} ({age} min old){(last.Simulated ? "; simulated" : "")}"), age);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(e, "The age of live data cannot be read");
            return Collection("unknown", null, "The age of live data cannot be read");
        }
    }

    private CollectionCheck Collection(string status, DataCollectionReading? last, string message, int? age = null) =>
        new(status, last?.LastCollection, age, thresholds.Value.StaleMinutes, thresholds.Value.CriticalMinutes, last?.Simulated, message);

    private async Task<(DailyCheck Daily, HourlyCheck Hourly)> RollupsAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return rollups is null ? Rollups(null, "This host does not know of figures") : Rollups(await rollups.ReadAsync(limit.Token), "");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(e, "How far the figures are cannot be read");
            return Rollups(null, "How far the figures are cannot be read");
        }
    }

    private (DailyCheck Daily, HourlyCheck Hourly) Rollups(RollupReading? reading, string otherwise)
    {
        if (reading is null)
        {
            return (new DailyCheck("unknown", null, null), new HourlyCheck("unknown", null, null, BehindMinutes, null, otherwise));
        }

        var lag = reading.WaitingSince is { } since ? (int)(time.GetUtcNow().UtcDateTime - since).TotalMinutes : 0;
        var (status, message) = reading is { CompletedAt: null, DaysWaiting: 0 } ? ("no_data", "There is nothing to compute figures from yet")
            : lag >= BehindMinutes ? ("stale", FormattableString.Invariant($"Figures are {lag} min behind the raw data; {reading.DaysWaiting} days wait"))
            : ("healthy", "Figures are up to the raw data");
        return (
            new DailyCheck(reading.LastDay is null ? "no_data" : "success", reading.LastDay, reading.CompletedAt),
            new HourlyCheck(status, reading.CompletedAt, status == "no_data" ? null : lag, BehindMinutes, reading.DaysWaiting, message));
    }

    private DiskCheck Disk()
    {
        try
        {
            // The directory may not be there yet; its disk is.
            var directory = Path.GetFullPath(data.Path);
            while (!Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } above)
            {
                directory = above;
            }

            var drive = new DriveInfo(directory);
            var total = drive.TotalSize / BytesPerGb;
            var free = drive.AvailableFreeSpace / BytesPerGb;
            var percent = 100 * (total - free) / total;
            var status = percent > DiskCriticalPercent ? "critical" : percent > DiskWarningPercent ? "warning" : "healthy";
            return new DiskCheck(
                status,
                Math.Round(percent, 1),
                Math.Round(total, 1),
                Math.Round(total - free, 1),
                Math.Round(free, 1),
                FormattableString.Invariant($"Disk {percent:0.0}% full"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.LogWarning(e, "The disk of {Path} cannot be measured", data.Path);
            return new DiskCheck("unknown", null, null, null, null, "The disk cannot be measured");
        }
    }
}
