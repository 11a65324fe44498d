using System.Text.Json;
using Dapper;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Import;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>A host after a real import, whose destination and park then got names that are markup; jobs of the queue <c>schedules</c> wait for ever.</summary>
public sealed class ConsoleScene : IAsyncLifetime
{
    public const string Hostile = "<script>alert('x')</script>";

    /// <summary>As it must stand in a page.</summary>
    public const string Harmless = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;";

    private SmallArchive _archive = null!;

    internal TestApp App => _archive.App;

    internal JsonElement Import { get; private set; }

    internal string ImportId => Import.GetProperty("import_id").GetString()!;

    internal Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _archive = await SmallArchive.StartAsync();
        // Before anything is enqueued: no test asks upstream.
        await SendAsync(new ChangePause.Command("QUEUE", "schedules", true, "tests"));
        Import = await _archive.ImportAsync(createMissing: true);
        await ExecuteAsync("UPDATE destinations SET name = @Hostile");
        await ExecuteAsync("UPDATE parks SET name = @Hostile");
        await ExecuteAsync(
            """
            INSERT INTO data_quality_log (
                detector, scope_id, cause, issue_type, severity, gap_type, data_source, park_id, description, timestamp_start, timestamp_end, records_affected,
                resolution_status, is_present, created_at, updated_at, seen_at)
            SELECT 'console_test', 0, 'gap', 'GAP', 'CRITICAL', 'MISSING_ARCHIVE', 2, MIN(park_id), @Hostile, '2025-06-10', '2025-06-12', 7,
                   'OPEN', TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
            FROM parks
            """);
        Browser = await Browser.SignedInAsync(App);
    }

    public async Task DisposeAsync()
    {
        Browser.Dispose();
        await _archive.DisposeAsync();
    }

    internal async Task<string> WaitingJobAsync(int destination, string by = "tester") =>
        (await App.Services.GetRequiredService<IJobs>().EnqueueAsync(new SyncSchedules.Command(destination), new JobOptions { By = by }, null, CancellationToken.None)).ToString();

    internal async Task SendAsync<T>(IRequest<Outcome<T>> request) => (await App.Services.SendAsync(request)).Failure.ShouldBeNull();

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = await _archive.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, new { Hostile });
    }

    /// <summary>The last entry of the audit log for an action: who, door, subject, why.</summary>
    internal async Task<(string Who, string Door, string? Subject, string? Why)> AuditedAsync(string action)
    {
        await using var connection = await _archive.Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<(string, string, string?, string?)>(
            "SELECT who, door, subject, why FROM activity_log WHERE action = @action ORDER BY audit_id DESC LIMIT 1", new { action });
    }
}
