using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Analytics;

public sealed class CachingTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private readonly CacheProbe _probe = new();
    private readonly SimClock _clock = new(new DateTimeOffset(2026, 7, 15, 18, 31, 0, TimeSpan.Zero), speed: 0);

    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task The_same_question_is_answered_from_memory_while_the_data_are_the_same()
    {
        var first = await GetAsync("/api/trends/probe?period=today");
        var second = await GetAsync("/api/trends/probe?period=today");

        _probe.Calls.ShouldBe(1);
        (first.State, second.State).ShouldBe(("MISS", "HIT"));
        first.Body.ShouldBe("""{"calls":1,"share":1.0}""");
        second.Body.ShouldBe(first.Body);
        second.Tag.ShouldNotBeNull().ShouldBe(first.Tag);
        second.Answer.Headers.CacheControl!.ToString().ShouldBe("public, no-cache");
        second.Answer.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
    }

    [Fact]
    public async Task An_answer_is_never_older_than_the_figures()
    {
        await ExecuteAsync("REPLACE INTO stats_parks (park_id, basis, revision, updated_at) VALUES (1, 'basis___', 7, '2026-07-15 10:00:00')");
        var before = await GetAsync("/api/trends/probe");

        await ExecuteAsync("UPDATE stats_parks SET revision = revision + 1 WHERE park_id = 1");
        var moved = await GetAsync("/api/trends/probe");
        // One park gone and another one come, with a revision that makes the sum the same.
        await ExecuteAsync("DELETE FROM stats_parks; INSERT INTO stats_parks (park_id, basis, revision, updated_at) VALUES (2, 'basis___', 8, '2026-07-15 11:00:00')");
        var replaced = await GetAsync("/api/trends/probe");

        new[] { before, moved, replaced }.Select(a => a.State).ShouldBe(["MISS", "MISS", "MISS"]);
        new[] { before, moved, replaced }.Select(a => a.Tag).ShouldBeUnique();
        replaced.Body.ShouldContain("3");
    }

    [Fact]
    public async Task An_answer_is_never_older_than_a_name()
    {
        await ExecuteAsync(
            """
            INSERT IGNORE INTO destinations (destination_id, uuid, name) VALUES (1, UUID(), 'Resort');
            INSERT IGNORE INTO parks (park_id, destination_id, uuid, name, timezone) VALUES (1, 1, UUID(), 'Park', 'America/New_York');
            INSERT IGNORE INTO rides (ride_id, park_id, uuid, name, entity_type, created_from) VALUES (1, 1, UUID(), 'Swan Boats', 'ATTRACTION', 'TEST')
            """);
        var before = await GetAsync("/api/search?q=swan+boats");

        await ExecuteAsync("UPDATE rides SET name = 'Duck Boats' WHERE ride_id = 1");
        var after = await GetAsync("/api/search?q=swan+boats");

        before.Body.ShouldContain("\"count\":1");
        after.Body.ShouldContain("\"count\":0");
        after.State.ShouldBe("MISS");
    }

    [Fact]
    public async Task Live_answers_follow_polls_and_minutes_and_others_local_dates()
    {
        await ExecuteAsync("INSERT IGNORE INTO destinations (destination_id, uuid, name) VALUES (1, UUID(), 'Resort')");
        await BothAsync();

        await ExecuteAsync("REPLACE INTO collection_runs (destination_id, slot, outcome, asked_at) VALUES (1, '2026-07-15 18:30:00', 'OK', '2026-07-15 18:30:01')");
        (await BothAsync()).ShouldBe(("MISS", "HIT"), "a poll came in");
        (await BothAsync()).ShouldBe(("HIT", "HIT"), "nothing happened");
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await BothAsync()).ShouldBe(("MISS", "HIT"), "a minute has passed");
        _clock.Advance(TimeSpan.FromMinutes(12));
        (await BothAsync()).ShouldBe(("MISS", "HIT"), "18:44");
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await BothAsync()).ShouldBe(("MISS", "MISS"), "18:45 is midnight in Nepal");

        async Task<(string? Live, string? Past)> BothAsync() => ((await GetAsync("/api/trends/probe-live")).State, (await GetAsync("/api/trends/probe")).State);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"other\", {0}")]
    [InlineData("\"other\", W/{0}, \"another\"")]
    public async Task Who_has_the_answer_is_told_so_without_work(string given)
    {
        await using var app = await StartAsync(("Analytics:CacheMegabytes", "0"));
        var first = await GetAsync("/api/trends/probe", app: app);
        var calls = _probe.Calls;

        var second = await GetAsync("/api/trends/probe", string.Format(System.Globalization.CultureInfo.InvariantCulture, given, first.Tag), app);

        second.Answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        second.Body.ShouldBeEmpty();
        second.Tag.ShouldBe(first.Tag);
        second.Answer.Headers.CacheControl!.ToString().ShouldBe("public, no-cache");
        _probe.Calls.ShouldBe(calls);
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("*")]
    [InlineData("no tag at all")]
    public async Task Who_has_another_answer_gets_this_one(string given)
    {
        var answer = await GetAsync("/api/trends/probe", given);

        answer.Answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Body.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_order_of_parameters_does_not_count_and_their_values_do()
    {
        await GetAsync("/api/trends/probe?period=today&filter=all-parks");

        (await GetAsync("/api/trends/probe?filter=all-parks&period=today")).State.ShouldBe("HIT");
        (await GetAsync("/api/trends/probe?filter=all-parks&period=yesterday")).State.ShouldBe("MISS");
        (await GetAsync("/api/trends/probe?filter=all-parks%26period%3Dtoday")).State.ShouldBe("MISS");
        (await GetAsync("/api/trends/probe?filter=all-parks&period=today&period=today")).State.ShouldBe("MISS");
        (await GetAsync("/api/trends/probe-live?filter=all-parks&period=today")).State.ShouldBe("MISS");
    }

    [Fact]
    public async Task The_memory_for_answers_is_bounded()
    {
        await using var app = await StartAsync(("Analytics:CacheMegabytes", "1"));
        var cache = app.Services.GetRequiredService<RevisionCache>();
        for (var i = 0; i < 20; i++)
        {
            var answer = await GetAsync(FormattableString.Invariant($"/api/trends/probe-big?i={i}"), app: app);
            answer.Body.Length.ShouldBeGreaterThan(CacheProbe.Big);
            cache.Size.ShouldBeLessThanOrEqualTo(1024 * 1024);
        }

        cache.Size.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Errors_are_not_kept()
    {
        var first = await GetAsync("/api/trends/probe-missing");
        var second = await GetAsync("/api/trends/probe-missing");

        second.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        second.Body.ShouldBe("""{"success":false,"error":"Park 7 not found"}""");
        (first.Tag, second.Tag, second.State).ShouldBe((null, null, null));
        _probe.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Who_asks_at_the_same_time_shares_one_computation()
    {
        var asked = Enumerable.Range(0, 8).Select(_ => GetAsync("/api/trends/probe-slow")).ToList();
        await _probe.Entered.WaitAsync(TimeSpan.FromSeconds(30));
        // The others have arrived when they had the time of a whole call.
        await GetAsync("/api/trends/probe");
        await Task.Delay(200);
        _probe.Gate.SetResult();

        var answers = await Task.WhenAll(asked);
        answers.Count(a => a.State == "MISS").ShouldBe(1);
        answers.Select(a => a.Body).Distinct().ShouldBe(["""{"calls":1,"share":1.0}"""]);
    }

    [Fact]
    public async Task Somebody_else_goes_on_when_who_computes_goes_away()
    {
        using var leave = new CancellationTokenSource();
        var first = _app.Anonymous.GetAsync("/api/trends/probe-slow", leave.Token);
        await _probe.Entered.WaitAsync(TimeSpan.FromSeconds(30));
        var second = GetAsync("/api/trends/probe-slow");
        await GetAsync("/api/trends/probe");
        await Task.Delay(200);

        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        await _probe.Entered.WaitAsync(TimeSpan.FromSeconds(30));
        _probe.Gate.SetResult();

        (await second).State.ShouldBe("MISS");
    }

    [Fact]
    public async Task A_question_of_any_length_is_not_listened_to()
    {
        var answer = await GetAsync("/api/trends/probe?filter=" + new string('x', 2_048));

        answer.Answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body.ShouldContain("query");
        _probe.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1000000")]
    public async Task A_size_that_cannot_be_is_refused_at_the_start(string megabytes) =>
        (await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(("Analytics:CacheMegabytes", megabytes)))).Message.ShouldContain("CacheMegabytes");

    private Task<TestApp> StartAsync(params (string, string?)[] settings) => TestApp.StartAsync(
        database.Test,
        builder => builder.Services.AddSingleton(_clock.WithRealTimers()).AddSingleton<ICarterModule>(_probe),
        settings);

    private async Task<(HttpResponseMessage Answer, string Body, string? Tag, string? State)> GetAsync(string path, string? ifNoneMatch = null, TestApp? app = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        var answer = await (app ?? _app).Anonymous.SendAsync(request);
        return (answer, await answer.Content.ReadAsStringAsync(), answer.Headers.ETag?.ToString(), answer.Headers.TryGetValues("X-Cache", out var state) ? state.Single() : null);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await database.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql);
    }
}
