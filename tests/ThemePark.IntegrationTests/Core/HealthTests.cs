using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Core;

public sealed class HealthTests
{
    [Fact]
    public async Task A_migrated_host_is_live_ready_and_reports_its_checks()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var app = await TestApp.StartAsync(database);

        (await app.Anonymous.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var ready = await app.Anonymous.GetAsync("/health/ready");
        ready.StatusCode.ShouldBe(HttpStatusCode.OK, await ready.Content.ReadAsStringAsync());

        var answer = await app.Anonymous.GetAsync("/api/health");
        var report = await answer.Content.ReadFromJsonAsync<JsonElement>();
        report.GetProperty("api_version").GetString().ShouldBe("1.0.0");
        report.GetProperty("timestamp").GetString()!.ShouldEndWith("Z");
        var checks = report.GetProperty("checks");
        checks.GetProperty("database").GetProperty("status").GetString().ShouldBe("healthy");
        var disk = checks.GetProperty("disk_space");
        disk.GetProperty("total_gb").GetDouble().ShouldBeGreaterThan(0);
        disk.GetProperty("usage_percent").GetRawText().ShouldContain(".");
        var fullness = disk.GetProperty("status").GetString();
        // Nothing was collected yet: that is no health.
        checks.GetProperty("data_collection").GetProperty("status").GetString().ShouldBe("no_data");
        report.GetProperty("status").GetString().ShouldBe(fullness is "healthy" or "warning" ? "degraded" : "critical");
        answer.StatusCode.ShouldBe(fullness == "critical" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_starts_by_migrating_an_empty_database()
    {
        await using var database = await TestDatabase.CreateAsync(migrate: false);
        await using var app = await TestApp.StartAsync(database);

        (await app.Anonymous.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.Admin.GetAsync("/api/admin/audit")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_old_schema_is_not_ready()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var connection = await database.Database.OpenAsync(default))
        {
            await connection.ExecuteAsync("DELETE FROM schema_migrations WHERE version = 2");
        }

        var health = HealthOf(database.Database, "/");

        var ready = await health.ReadyAsync(default);
        ready.Status.ShouldBe("unhealthy");
        ready.Checks.Database.Status.ShouldBe("healthy");
        ready.Checks.Migrations.Status.ShouldBe("unhealthy");
        (await health.ReportAsync(default)).Status.ShouldBe("unhealthy");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_unhealthy_and_its_schema_unknown()
    {
        await using var nowhere = new MySqlDatabase("Server=127.0.0.1;Port=1;Database=none;User ID=none;Password=none;Connection Timeout=2");

        var report = await HealthOf(nowhere, "/").ReportAsync(default);

        report.Status.ShouldBe("unhealthy");
        report.Checks.Database.Status.ShouldBe("unhealthy");
        report.Checks.Migrations.Status.ShouldBe("unknown");
    }

    [Fact]
    public async Task A_disk_that_cannot_be_measured_is_unknown_and_never_healthy()
    {
        await using var database = await TestDatabase.CreateAsync();

        var report = await HealthOf(database.Database, "/no/such/mount\0").ReportAsync(default);

        report.Checks.DiskSpace.Status.ShouldBe("unknown");
        report.Status.ShouldBe("degraded");
    }

    private static Health HealthOf(MySqlDatabase database, string directory) => new(
        database, new MigrationRunner(database), new DataDirectory(directory), TimeProvider.System, NullLogger<Health>.Instance, [], Options.Create(new QualityThresholds()));
}
