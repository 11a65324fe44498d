using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.IntegrationTests.Console;
using ThemePark.IntegrationTests.Jobs;
using ThemePark.Modules.Operations.Watching;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Operations;

/// <summary>The host on a clock that stands still until it is moved; what the node sees of itself is written when a test says so.</summary>
public sealed class WatchScene : IAsyncLifetime
{
    private readonly StandingClock _clock = new();
    private Browser? _browser;

    internal TestDatabase Database { get; private set; } = null!;

    internal TestApp App { get; private set; } = null!;

    internal DateTime Now => _clock.GetUtcNow().UtcDateTime;

    internal TimeProvider Clock => _clock;

    internal NodeRecorder Recorder => App.Services.GetRequiredService<NodeRecorder>();

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        App = await TestApp.StartAsync(
            Database,
            builder => builder.Services.AddSingleton<TimeProvider>(_clock),
            ("Schedules:backup:Enabled", "false"),
            // One schedule that is active, and does not come in the time of these tests.
            ("Schedules:storage-alerts:Enabled", "true"),
            ("Schedules:storage-alerts:Cron", "0 0 1 1 *"),
            // A busy machine must not fail them.
            ("Watch:ApiP95WarnMs", "60000"),
            ("Watch:ApiP95FailMs", "60000"),
            ("Watch:PageP95Ms", "60000"));
    }

    public async Task DisposeAsync()
    {
        _browser?.Dispose();
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal void Advance(TimeSpan by) => _clock.Advance(by);

    /// <summary>A session ends after eight hours that nobody uses it, and days pass here.</summary>
    internal async Task<Browser> SignInAsync()
    {
        _browser?.Dispose();
        return _browser = await Browser.SignedInAsync(App);
    }

    /// <summary>Runs the job of the watch once, to its end.</summary>
    internal async Task SampleAsync()
    {
        var id = (await PostAsync("/api/admin/recurring/watch/trigger", new { })).GetProperty("job_id").GetString();
        var state = "";
        await Eventually.TrueAsync(
            async () => (state = (await GetAsync($"/api/admin/jobs/{id}")).GetProperty("job").GetProperty("state").GetString()!) is "SUCCEEDED" or "FAILED", 30, () => state);
        state.ShouldBe("SUCCEEDED");
    }

    /// <summary>Answers a page and an API request, and writes the minute they were in.</summary>
    internal async Task WorkAMinuteAsync()
    {
        Advance(TimeSpan.FromMinutes(1));
        await GetAsync("/api/admin/nodes");
        await (await SignInAsync()).PageAsync("/console/nodes");
        await Eventually.TrueAsync(async () =>
        {
            await Recorder.RecordAsync(CancellationToken.None);
            return await OneAsync<bool>("SELECT SUM(api_requests) >= 1 AND SUM(page_requests) >= 1 FROM node_minutes WHERE ended_at = @Now", new { Now }) || Later();
        });
        // How busy the machine of the tests is must decide nothing.
        await ExecuteAsync("UPDATE node_minutes SET cpu_percent = 12, rss_bytes = 1, memory_bytes = 4");

        // What is counted after its answer is in the next row, which needs another instant.
        bool Later()
        {
            Advance(TimeSpan.FromSeconds(1));
            return false;
        }
    }

    internal async Task<JsonElement> GetAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await App.Admin.GetAsync(new Uri(path, UriKind.Relative));
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    internal async Task<JsonElement> PostAsync(string path, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await App.Admin.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        (status == HttpStatusCode.OK ? answer.IsSuccessStatusCode : answer.StatusCode == status).ShouldBeTrue($"{answer.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    internal async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    internal async Task<T> OneAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.Database.OpenAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    // Timers are real, or no job would run; but those of a minute never fire.
    private sealed class StandingClock : TimeProvider
    {
        private long _ticks = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc).Ticks;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            period == TimeSpan.FromMinutes(1) ? base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) : base.CreateTimer(callback, state, dueTime, period);
    }
}
