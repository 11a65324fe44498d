using Dapper;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>A host that runs no jobs, so that what is enqueued waits; its configuration has secrets that nobody may see.</summary>
public sealed class OperationsScene : IAsyncLifetime
{
    /// <summary>Part of every secret.</summary>
    public const string Secret = "s3ntinel";

    internal TestDatabase Database { get; private set; } = null!;

    internal TestApp App { get; private set; } = null!;

    internal Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        App = await TestApp.StartAsync(
            Database,
            ("Jobs:Enabled", "false"),
            ("Jobs:Workers", "7"),
            ("Jobs:Token", Secret + "-of-another-version"),
            ("Archive:AccessKey", Secret + "-access"),
            ("Archive:SecretKey", Secret + "-secret"),
            ("Upstream:ApiKey", Secret + "-upstream"),
            ("Storage:Alerts:WebhookUrl", $"http://127.0.0.1:9/{Secret}"),
            ("Storage:Alerts:Smtp:Host", "mail.example.org"),
            ("Storage:Alerts:Smtp:From", "park@example.org"),
            ("Storage:Alerts:Smtp:To", "ops@example.org"),
            ("Storage:Alerts:Smtp:User", Secret + "-user"),
            ("Storage:Alerts:Smtp:Password", Secret + "-password"),
            ("Admin:Keys:1:Name", "second"),
            ("Admin:Keys:1:Key", Secret + "-key-0123456789"));
        Browser = await Browser.SignedInAsync(App);
    }

    public async Task DisposeAsync()
    {
        Browser.Dispose();
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal async Task<string> EnqueueAsync(int destination, string by = "tester", string? uniqueKey = null, string? queue = null) => (await App.Services.GetRequiredService<IJobs>()
        .EnqueueAsync(new SyncSchedules.Command(destination), new JobOptions { By = by, UniqueKey = uniqueKey, Queue = queue }, null, CancellationToken.None)).ToString();

    internal async Task SendAsync<T>(IRequest<Outcome<T>> request) => (await App.Services.SendAsync(request)).Failure.ShouldBeNull();

    internal async Task ExecuteAsync(string sql, object? values = null)
    {
        await using var connection = await Database.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, values);
    }
}
