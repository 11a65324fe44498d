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

        var keys = await SendAsync(_app, new ListAdminKeys.Query());
        keys.Select(k => (k.Name, Revoked: k.RevokedAt is not null)).ShouldBe([("ann", true), ("ann", false)]);
    }

    [Fact]
    public async Task Only_a_live_key_of_the_table_can_be_revoked()
    {
        (await SendAsync(_app, new RevokeAdminKey.Command("nobody"))).Failure!.Code.ShouldBe("KEY_NOT_FOUND");
        (await SendAsync(_app, new RevokeAdminKey.Command(TestApp.KeyName))).Failure!.Code.ShouldBe("KEY_CONFIGURED");
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
