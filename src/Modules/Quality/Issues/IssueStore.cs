using System.Data;
using Dapper;
using Microsoft.Extensions.Logging;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Issues;

/// <summary>What bringing the log up to a check changed.</summary>
internal sealed record IssueChanges(int Found, int Opened, int Reopened, int Closed)
{
    public static IssueChanges operator +(IssueChanges a, IssueChanges b) =>
        new(a.Found + b.Found, a.Opened + b.Opened, a.Reopened + b.Reopened, a.Closed + b.Closed);
}

/// <summary>One row per cause: found again it is updated, gone it is closed, come back it is opened again.</summary>
internal sealed class IssueStore(MySqlDatabase database, TimeProvider clock, ILogger<IssueStore> logger)
{
    private const string Gone = "The cause is gone.";
    private const string Back = "The cause is there again.";

    /// <param name="detector">Its name.</param>
    /// <param name="scope">Destination, or 0.</param>
    /// <param name="causes">All there are where the detector has looked; of two with one key the first counts.</param>
    /// <param name="covers">Whether the detector has looked where this issue is: what was out of sight is left as it stands.</param>
    /// <param name="cancellationToken">Leaves the log as it was.</param>
    public Task<IssueChanges> ReconcileAsync(
        string detector, int scope, IReadOnlyList<Cause> causes, Predicate<KnownIssue> covers, CancellationToken cancellationToken) =>
        MySqlRetry.RunAsync(ct => ReconcileOnceAsync(detector, scope, causes, covers, ct), clock, logger, cancellationToken);

    /// <summary>The detector could not look; what it found before stands.</summary>
    public async Task FailAsync(string detector, int scope, string error, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            SaveFailure, new { Detector = detector, Scope = scope, Now, Error = Cut(error, 1000) }, cancellationToken: cancellationToken));
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private async Task<IssueChanges> ReconcileOnceAsync(
        string detector, int scope, IReadOnlyList<Cause> causes, Predicate<KnownIssue> covers, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        // The row of the check is the lock: two checks of one thing follow one another.
        await ExecuteAsync(ClaimCheck, new { Detector = detector, Scope = scope });
        var known = (await connection.QueryAsync<KnownIssue>(new CommandDefinition(
            SelectKnown, new { Detector = detector, Scope = scope }, tx, cancellationToken: ct))).ToDictionary(i => i.Cause, StringComparer.Ordinal);
        var (found, opened, reopened, closed) = (0, 0, 0, 0);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cause in causes.Where(c => seen.Add(c.Key)))
        {
            found++;
            if (!known.TryGetValue(cause.Key, out var issue))
            {
                opened++;
                await ExecuteAsync(Insert, Row(detector, scope, cause));
                continue;
            }

            await ExecuteAsync(Update, Row(detector, scope, cause));
            if (issue.Status == IssueStatus.Resolved.ToUpperSnake())
            {
                reopened++;
                await ExecuteAsync(Reopen, new { issue.LogId, Back, Now });
            }
        }

        foreach (var issue in known.Values.Where(i => i.IsPresent && !seen.Contains(i.Cause) && covers(i)))
        {
            closed += issue.Status == IssueStatus.Wontfix.ToUpperSnake() ? 0 : 1;
            await ExecuteAsync(Close, new { issue.LogId, Gone, Now });
        }

        await ExecuteAsync(SaveCheck, new { Detector = detector, Scope = scope, Found = found, Now });
        await tx.CommitAsync(ct);
        return new IssueChanges(found, opened, reopened, closed);

        Task<int> ExecuteAsync(string sql, object parameters) => connection.ExecuteAsync(new CommandDefinition(sql, parameters, tx, cancellationToken: ct));
    }

    private object Row(string detector, int scope, Cause cause) => new
    {
        Detector = detector,
        Scope = scope,
        Cause = cause.Key,
        Type = cause.Type.ToUpperSnake(),
        Severity = cause.Severity.ToUpperSnake(),
        Gap = cause.Gap?.ToUpperSnake(),
        Source = (int?)cause.Source,
        cause.DestinationId,
        cause.ParkId,
        cause.RideId,
        Description = Cut(cause.Description, 1000),
        Sample = cause.Sample is null ? null : Cut(cause.Sample, 2000),
        cause.Start,
        cause.End,
        cause.Records,
        Now,
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private const string ClaimCheck =
        """
        INSERT INTO quality_checks (detector, scope_id, found)
        VALUES (@Detector, @Scope, 0)
        ON DUPLICATE KEY UPDATE found = found
        """;

    private const string SaveCheck =
        """
        UPDATE quality_checks
        SET completed_at = @Now, found = @Found, failed_at = NULL, error = NULL
        WHERE detector = @Detector
          AND scope_id = @Scope
        """;

    private const string SaveFailure =
        """
        INSERT INTO quality_checks (detector, scope_id, found, failed_at, error)
        VALUES (@Detector, @Scope, 0, @Now, @Error)
        ON DUPLICATE KEY UPDATE failed_at = VALUES(failed_at), error = VALUES(error)
        """;

    private const string SelectKnown =
        """
        SELECT log_id AS LogId, cause AS Cause, resolution_status AS Status, is_present AS IsPresent, timestamp_start AS Start, timestamp_end AS End
        FROM data_quality_log
        WHERE detector = @Detector
          AND scope_id = @Scope
        FOR UPDATE
        """;

    private const string Insert =
        """
        INSERT INTO data_quality_log (
            detector, scope_id, cause, issue_type, severity, gap_type, data_source, destination_id, park_id, ride_id, description, sample,
            timestamp_start, timestamp_end, records_affected, resolution_status, is_present, created_at, updated_at, seen_at)
        VALUES (
            @Detector, @Scope, @Cause, @Type, @Severity, @Gap, @Source, @DestinationId, @ParkId, @RideId, @Description, @Sample,
            @Start, @End, @Records, 'OPEN', TRUE, @Now, @Now, @Now)
        """;

    // Assignments go from left to right: updated_at first, because it compares with what was.
    private const string Update =
        """
        UPDATE data_quality_log
        SET updated_at = IF(
                description <=> @Description AND sample <=> @Sample AND timestamp_start <=> @Start AND timestamp_end <=> @End
                AND records_affected = @Records AND severity = @Severity AND gap_type <=> @Gap AND is_present, updated_at, @Now),
            issue_type = @Type,
            severity = @Severity,
            gap_type = @Gap,
            data_source = @Source,
            destination_id = @DestinationId,
            park_id = @ParkId,
            ride_id = @RideId,
            description = @Description,
            sample = @Sample,
            timestamp_start = @Start,
            timestamp_end = @End,
            records_affected = @Records,
            is_present = TRUE,
            seen_at = @Now
        WHERE detector = @Detector
          AND cause = @Cause
        """;

    private const string Reopen =
        """
        UPDATE data_quality_log
        SET resolution_status = 'OPEN',
            resolution_notes = @Back,
            resolved_by = NULL,
            resolved_at = NULL,
            times_opened = times_opened + 1,
            updated_at = @Now
        WHERE log_id = @LogId
        """;

    // What somebody has decided to leave keeps their word.
    private const string Close =
        """
        UPDATE data_quality_log
        SET is_present = FALSE,
            resolved_by = IF(resolution_status IN ('OPEN', 'INVESTIGATING'), 'system', resolved_by),
            resolved_at = IF(resolution_status IN ('OPEN', 'INVESTIGATING'), @Now, resolved_at),
            resolution_notes = IF(resolution_status IN ('OPEN', 'INVESTIGATING'), @Gone, resolution_notes),
            resolution_status = IF(resolution_status = 'WONTFIX', 'WONTFIX', 'RESOLVED'),
            updated_at = @Now
        WHERE log_id = @LogId
        """;
}
