using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Core;

public sealed class AuditTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private TestApp _app = null!;

    public async Task InitializeAsync()
    {
        await using (var connection = await database.Database.OpenAsync(default))
        {
            await connection.ExecuteAsync("DELETE FROM activity_log");
        }

        _app = await TestApp.StartAsync(database.Test);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_entry_says_who_did_what_when_and_through_which_door()
    {
        var before = DateTime.UtcNow.AddSeconds(-1);
        await RecordAsync("import.start", "imp_1", new { StartDate = new DateOnly(2026, 1, 2), Ratio = 1.0, Emoji = "🎢" }, "because");

        var page = await PageAsync("");

        var entry = page.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        entry.GetProperty("who").GetString().ShouldBe("ann");
        entry.GetProperty("door").GetString().ShouldBe("CONSOLE");
        entry.GetProperty("action").GetString().ShouldBe("import.start");
        entry.GetProperty("subject").GetString().ShouldBe("imp_1");
        entry.GetProperty("why").GetString().ShouldBe("because");
        entry.GetProperty("correlation_id").GetString().ShouldBe("c-1");
        entry.GetProperty("details").GetProperty("start_date").GetString().ShouldBe("2026-01-02");
        entry.GetProperty("details").GetProperty("ratio").GetRawText().ShouldBe("1.0");
        entry.GetProperty("details").GetProperty("emoji").GetString().ShouldBe("🎢");
        entry.GetProperty("at").GetDateTime().ShouldBeInRange(before, DateTime.UtcNow.AddSeconds(1));
        entry.GetProperty("at").GetString()!.ShouldEndWith("Z");
    }

    [Fact]
    public async Task Pages_are_counted_and_newest_first()
    {
        for (var i = 0; i < 5; i++)
        {
            await RecordAsync("test", i.ToString(System.Globalization.CultureInfo.InvariantCulture), null, null);
        }

        var page = await PageAsync("?limit=2&offset=1");

        page.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("subject").GetString()).ShouldBe(["3", "2"]);
        page.GetProperty("metadata").GetProperty("count").GetInt32().ShouldBe(2);
        page.GetProperty("metadata").GetProperty("total").GetInt64().ShouldBe(5);
        page.GetProperty("metadata").GetProperty("timestamp").GetString()!.ShouldEndWith("Z");
        (await PageAsync("?offset=5")).GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Entries_are_found_by_who_action_door_day_and_text_in_the_order_that_is_asked_for()
    {
        await RecordAsync("job.cancel", "job-1", new { Name = "polling" }, "storm", who: "ann");
        await RecordAsync("import.start", "imp_1", null, null, who: "ben", door: Door.Api);
        await RecordAsync("job.cancel", "job-2", null, "100 % sure", who: "ben");
        await using (var connection = await database.Database.OpenAsync(default))
        {
            await connection.ExecuteAsync("UPDATE activity_log SET at = '2026-03-01 23:59:59.999' WHERE subject = 'imp_1'");
        }

        (await SubjectsAsync("?who=ben")).ShouldBe(["job-2", "imp_1"]);
        (await SubjectsAsync("?action=job.cancel&sort=at")).ShouldBe(["job-1", "job-2"]);
        (await SubjectsAsync("?door=API")).ShouldBe(["imp_1"]);
        (await SubjectsAsync("?from=2026-03-01&to=2026-03-01")).ShouldBe(["imp_1"]);
        (await SubjectsAsync("?to=2026-02-28")).ShouldBeEmpty();
        (await SubjectsAsync("?from=2026-03-02&sort=who")).ShouldBe(["job-1", "job-2"]);
        (await SubjectsAsync("?text=polling")).ShouldBe(["job-1"]);
        (await SubjectsAsync("?text=100%20%25")).ShouldBe(["job-2"]);
        (await SubjectsAsync("?who=ben&text=storm")).ShouldBeEmpty();
        (await SubjectsAsync("?sort=-action")).ShouldBe(["job-2", "job-1", "imp_1"]);
        (await PageAsync("?who=ben&limit=1")).GetProperty("metadata").GetProperty("total").GetInt64().ShouldBe(2);
    }

    [Theory]
    [InlineData("?limit=501", "limit")]
    [InlineData("?sort=subject", "sort")]
    [InlineData("?door=WINDOW", "door")]
    [InlineData("?from=01/03/2026", "from")]
    [InlineData("?from=2026-03-02&to=2026-03-01", "to")]
    [InlineData("?offset=-1", "offset")]
    [InlineData("?page=2", "page")]
    public async Task A_wrong_page_is_400(string query, string parameter)
    {
        var answer = await _app.Admin.GetAsync("/api/admin/audit" + query);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        error.GetProperty("details").TryGetProperty(parameter, out _).ShouldBeTrue(error.ToString());
    }

    private async Task<IEnumerable<string?>> SubjectsAsync(string query) =>
        (await PageAsync(query)).GetProperty("data").EnumerateArray().Select(e => e.GetProperty("subject").GetString());

    private async Task RecordAsync(string action, string subject, object? details, string? why, string who = "ann", Door door = Door.Console)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(new Caller(who, door), "c-1");
        await scope.ServiceProvider.GetRequiredService<IAuditLog>().RecordAsync(action, subject, details, why, default);
    }

    private Task<JsonElement> PageAsync(string query) => _app.Admin.GetFromJsonAsync<JsonElement>("/api/admin/audit" + query);
}
