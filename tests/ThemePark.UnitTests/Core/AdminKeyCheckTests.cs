using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace ThemePark.UnitTests.Core;

public sealed class AdminKeyCheckTests : IAsyncLifetime
{
    private BareApp _app = null!;

    public async Task InitializeAsync() => _app = await BareApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/api/admin/probe/who", null)]
    [InlineData("/api/admin", null)]
    [InlineData("/api/admin/there/is/no/such/route", null)]
    [InlineData("/API/Admin/probe/who", null)]
    [InlineData("/api/%61dmin/probe/who", null)]
    [InlineData("/api/admin/probe/who", "Basic YTpi")]
    [InlineData("/api/admin/probe/who", "Bearer")]
    [InlineData("/api/admin/probe/who", "Bearer ")]
    [InlineData("/api/admin/probe/who", BareApp.Key)]
    [InlineData("/api/admin/probe/who?key=" + BareApp.Key, null)]
    public async Task Without_a_bearer_key_every_admin_path_is_401(string path, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        var answer = await _app.Anonymous.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe("UNAUTHORIZED");
    }

    [Theory]
    [InlineData("/api/administration")]
    [InlineData("/api/parks/probe")]
    public async Task Other_paths_need_no_key(string path)
    {
        (await _app.Anonymous.GetAsync(path)).StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_configured_key_works_without_a_database_and_gives_the_caller_its_name()
    {
        var answer = await _app.Admin.GetAsync("/api/admin/probe/who");

        var who = await answer.Content.ReadFromJsonAsync<JsonElement>();
        who.GetProperty("name").GetString().ShouldBe("tester");
        who.GetProperty("door").GetString().ShouldBe("API");
        who.GetProperty("correlation_id").GetString().ShouldBe(answer.Headers.GetValues("X-Correlation-Id").Single());
    }

    [Fact]
    public async Task No_key_is_ever_logged()
    {
        await _app.Admin.GetAsync("/api/admin/probe/who");
        await _app.Admin.GetAsync("/api/admin/probe/boom");
        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/api/admin/probe/who") { Headers = { { "Authorization", "Bearer a-wrong-key" } } };
        await _app.Anonymous.SendAsync(wrong);

        _app.Log.Lines.ShouldContain(l => l.Contains("caller=tester", StringComparison.Ordinal));
        _app.Log.Lines.ShouldNotContain(l => l.Contains(BareApp.Key, StringComparison.Ordinal));
        _app.Log.Lines.ShouldNotContain(l => l.Contains("a-wrong-key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "a-key-for-tests-0123456789", "Name")]
    [InlineData("two words", "a-key-for-tests-0123456789", "Name")]
    [InlineData("short", "too-short", "Key")]
    [InlineData("tester", "a-key-for-tests-9999999999", "names of their own")]
    public async Task A_host_with_a_bad_configured_key_does_not_start(string name, string key, string complaint)
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(
            () => BareApp.StartAsync(("Admin:Keys:1:Name", name), ("Admin:Keys:1:Key", key)));

        refused.Message.ShouldContain(complaint);
        refused.Message.ShouldNotContain(key);
    }
}
