using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Core;

public sealed class AdminKeyTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private const string Audit = "/api/admin/audit";
    private const string Keys = "/api/admin/keys";

    private TestApp _app = null!;

    public async Task InitializeAsync()
    {
        await using (var connection = await database.Database.OpenAsync(default))
        {
            await connection.ExecuteAsync("DELETE FROM admin_keys");
            await connection.ExecuteAsync("DELETE FROM activity_log");
        }

        _app = await TestApp.StartAsync(database.Test);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_made_key_works_until_it_is_revoked()
    {
        var made = (await SendAsync(_app, new CreateAdminKey.Command("ann"))).Value;
        using var ann = _app.WithKey(made.Key);
        (await ann.GetAsync(Audit)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.GetAsync(Audit)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await SendAsync(_app, new RevokeAdminKey.Command("ann", "left"))).Succeeded.ShouldBeTrue();

        (await ann.GetAsync(Audit)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_revoked_on_another_node_stops_within_seconds()
    {
        await using var other = await TestApp.StartAsync(database.Test);
        using var ann = _app.WithKey((await SendAsync(_app, new CreateAdminKey.Command("ann"))).Value.Key);
        (await ann.GetAsync(Audit)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await SendAsync(other, new RevokeAdminKey.Command("ann"));

        var deadline = DateTime.UtcNow.AddSeconds(10);
        while ((await ann.GetAsync(Audit)).StatusCode != HttpStatusCode.Unauthorized)
        {
            DateTime.UtcNow.ShouldBeLessThan(deadline, "the key still works");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task The_key_itself_is_kept_nowhere()
    {
        var made = (await SendAsync(_app, new CreateAdminKey.Command("ann"))).Value;
        using var ann = _app.WithKey(made.Key);
        await ann.GetAsync(Audit);

        made.Key.ShouldMatch("^tpk_[A-Za-z0-9_-]{43}$");
        made.ToString().ShouldNotContain(made.Key);
        await using var connection = await database.Database.OpenAsync(default);
        var hash = await connection.ExecuteScalarAsync<byte[]>("SELECT key_hash FROM admin_keys WHERE name = 'ann'");
        hash.ShouldBe(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(made.Key)));
        _app.Log.Lines.ShouldNotContain(l => l.Contains(made.Key, StringComparison.Ordinal));
        (await connection.QueryAsync<string?>("SELECT details FROM activity_log")).ShouldAllBe(d => d == null || !d.Contains(made.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_has_one_live_key_and_is_free_again_after_its_end()
    {
        await SendAsync(_app, new CreateAdminKey.Command("ann"));

        (await SendAsync(_app, new CreateAdminKey.Command("ann"))).Failure!.Code.ShouldBe("KEY_NAME_TAKEN");
        (await SendAsync(_app, new CreateAdminKey.Command(TestApp.KeyName))).Failure!.Code.ShouldBe("KEY_NAME_TAKEN");
        (await SendAsync(_app, new CreateAdminKey.Command("two words"))).Failure!.Code.ShouldBe("VALIDATION_FAILED");
        await SendAsync(_app, new RevokeAdminKey.Command("ann"));
        (await SendAsync(_app, new CreateAdminKey.Command("ann"))).Succeeded.ShouldBeTrue();

        var keys = (await SendAsync(_app, new ListAdminKeys.Query())).Value;
        keys.Select(k => (k.Name, k.Source, Revoked: k.RevokedAt is not null))
            .ShouldBe([(TestApp.KeyName, "CONFIGURATION", false), ("ann", "DATABASE", true), ("ann", "DATABASE", false)]);
    }

    [Fact]
    public async Task Only_a_live_key_of_the_table_can_be_revoked()
    {
        (await SendAsync(_app, new RevokeAdminKey.Command("nobody"))).Failure!.Code.ShouldBe("KEY_NOT_FOUND");
        (await SendAsync(_app, new RevokeAdminKey.Command(TestApp.KeyName))).Failure!.Code.ShouldBe("KEY_CONFIGURED");
    }

    [Fact]
    public async Task The_last_live_key_stays_until_there_is_another()
    {
        await using var app = await TestApp.StartAsync(database.Test, ("Admin:Keys:0:Name", null), ("Admin:Keys:0:Key", null), ("Jobs:Enabled", "false"));
        await SendAsync(app, new CreateAdminKey.Command("ann"));
        (await SendAsync(app, new RevokeAdminKey.Command("nobody"))).Failure!.Code.ShouldBe("KEY_NOT_FOUND");
        (await SendAsync(app, new RevokeAdminKey.Command("ann"))).Failure.ShouldExplain("LAST_KEY", "'…' is the last live key; make another first.", "409");

        await SendAsync(app, new CreateAdminKey.Command("ben"));

        (await SendAsync(app, new RevokeAdminKey.Command("ann"))).Succeeded.ShouldBeTrue();
        (await SendAsync(app, new RevokeAdminKey.Command("ben"))).Failure!.Code.ShouldBe("LAST_KEY");
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked_over_http_and_the_list_has_no_key_in_it()
    {
        using var made = await _app.Admin.PostAsJsonAsync(Keys, new { name = "ann", why = "new operator" });
        made.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
        using var ann = _app.WithKey(key);
        (await ann.PostAsJsonAsync(Keys, new { name = "ann" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ann.PostAsJsonAsync(Keys, new { name = "two words" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ann.PostAsJsonAsync(Keys, new { name = "ben" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var text = await _app.Admin.GetStringAsync(Keys);

        text.ShouldNotContain(key);
        text.ShouldNotContain(TestApp.Key);
        var keys = JsonElement.Parse(text).GetProperty("data").EnumerateArray().ToDictionary(k => k.GetProperty("name").GetString()!);
        keys.Keys.ShouldBe([TestApp.KeyName, "ann", "ben"], ignoreOrder: true);
        keys["ann"].GetProperty("last_action_at").ValueKind.ShouldBe(JsonValueKind.String);
        keys["ben"].GetProperty("last_action_at").ValueKind.ShouldBe(JsonValueKind.Null);
        keys[TestApp.KeyName].GetProperty("source").GetString().ShouldBe("CONFIGURATION");

        (await _app.Admin.DeleteAsync($"{Keys}/ann?why=left")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ann.GetAsync(Keys)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _app.Admin.DeleteAsync($"{Keys}/ann")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _app.Admin.DeleteAsync($"{Keys}/{TestApp.KeyName}")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var audited = (await _app.Admin.GetFromJsonAsync<JsonElement>(Audit)).GetProperty("data").EnumerateArray().Select(e => (
            e.GetProperty("action").GetString(), e.GetProperty("who").GetString(), e.GetProperty("subject").GetString(), e.GetProperty("why").GetString()));
        audited.ShouldBe([("keys.revoke", TestApp.KeyName, "ann", "left"), ("keys.create", "ann", "ben", null), ("keys.create", TestApp.KeyName, "ann", "new operator")]);
    }

    [Fact]
    public async Task Every_change_of_a_key_is_audited_with_caller_and_reason()
    {
        await SendAsync(_app, new CreateAdminKey.Command("ann"), new Caller("root", Door.Cli));
        await SendAsync(_app, new RevokeAdminKey.Command("ann", "left"), new Caller("root", Door.Cli));

        var page = await _app.Admin.GetFromJsonAsync<JsonElement>(Audit);

        var entries = page.GetProperty("data").EnumerateArray().ToList();
        entries.Select(e => e.GetProperty("action").GetString()).ShouldBe(["keys.revoke", "keys.create"]);
        entries[0].GetProperty("who").GetString().ShouldBe("root");
        entries[0].GetProperty("door").GetString().ShouldBe("CLI");
        entries[0].GetProperty("subject").GetString().ShouldBe("ann");
        entries[0].GetProperty("why").GetString().ShouldBe("left");
    }

    [Fact]
    public async Task A_host_with_a_key_is_given_no_other()
    {
        (await SendAsync(_app, new EnsureAdminKey.Command())).MadeAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_host_without_any_key_is_given_one_in_a_file_for_its_owner_only()
    {
        var directory = Path.Combine(Path.GetTempPath(), "themepark-tests", Guid.NewGuid().ToString("N"));
        await using var app = await TestApp.StartAsync(
            database.Test, ("Admin:Keys:0:Name", null), ("Admin:Keys:0:Key", null), ("DataDirectory", directory));
        try
        {
            var path = (await SendAsync(app, new EnsureAdminKey.Command())).MadeAt;

            path.ShouldBe(Path.Combine(directory, "admin.key"));
            var key = (await File.ReadAllTextAsync(path!)).Trim();
            using var client = app.WithKey(key);
            (await client.GetAsync(Audit)).StatusCode.ShouldBe(HttpStatusCode.OK);
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(path!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            app.Log.Lines.ShouldContain(l => l.Contains(path!, StringComparison.Ordinal));
            app.Log.Lines.ShouldNotContain(l => l.Contains(key, StringComparison.Ordinal));
            (await SendAsync(app, new EnsureAdminKey.Command())).MadeAt.ShouldBeNull();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<T> SendAsync<T>(TestApp app, IRequest<T> request, Caller? caller = null)
    {
        await using var scope = app.Services.CreateAsyncScope();
        if (caller is not null)
        {
            scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(caller, null);
        }

        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
