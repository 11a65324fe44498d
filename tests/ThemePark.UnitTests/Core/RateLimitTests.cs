using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using ThemePark.BuildingBlocks;
using Xunit;

namespace ThemePark.UnitTests.Core;

public sealed class RateLimitTests
{
    private const string SecondKey = "another-key-for-tests-456";

    private static readonly (string, string)[] Second = [("Admin:Keys:1:Name", "second"), ("Admin:Keys:1:Key", SecondKey)];

    [Theory]
    [InlineData("RateLimits:StatusReadsPerMinute", "GET", "/api/admin/probe/status/x")]
    [InlineData("RateLimits:ImportControlPerMinute", "POST", "/api/admin/probe/control")]
    [InlineData("RateLimits:AdminPerMinute", "GET", "/api/admin/probe/who")]
    [InlineData("RateLimits:StartImportPerHour", "POST", "/api/admin/probe/start/disney")]
    public async Task The_call_after_the_last_allowed_one_is_429_for_that_key_only(string setting, string method, string path)
    {
        await using var app = await BareApp.StartAsync([(setting, "2"), .. Second]);
        (await SendAsync(app.Admin, method, path)).IsSuccessStatusCode.ShouldBeTrue();
        (await SendAsync(app.Admin, method, path)).IsSuccessStatusCode.ShouldBeTrue();

        var refused = await SendAsync(app.Admin, method, path);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var error = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("RATE_LIMITED");
        var seconds = error.GetProperty("details").GetProperty("retry_after_seconds").GetInt32();
        seconds.ShouldBeInRange(1, setting.EndsWith("Hour", StringComparison.Ordinal) ? 3600 : 60);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(seconds));

        app.Anonymous.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SecondKey);
        (await SendAsync(app.Anonymous, method, path)).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Starting_is_limited_per_destination()
    {
        await using var app = await BareApp.StartAsync(("RateLimits:StartImportPerHour", "1"));
        (await SendAsync(app.Admin, "POST", "/api/admin/probe/start/disney")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await SendAsync(app.Admin, "POST", "/api/admin/probe/start/disney")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await SendAsync(app.Admin, "POST", "/api/admin/probe/start/universal")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Other_doors_have_no_limit()
    {
        await using var app = await BareApp.StartAsync(("RateLimits:StartImportPerHour", "1"));
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(new Caller("ann", Door.Cli), null);
        var limits = scope.ServiceProvider.GetRequiredService<ICallLimits>();

        limits.Take(RateLimits.StartImport, "disney").ShouldBeNull();
        limits.Take(RateLimits.StartImport, "disney").ShouldBeNull();
    }

    [Fact]
    public async Task Refusals_are_limited_per_address_but_lock_no_key_out()
    {
        await using var app = await BareApp.StartAsync(("RateLimits:UnauthorizedPerMinute", "2"));
        (await app.Anonymous.GetAsync("/api/admin/probe/who")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await app.Anonymous.GetAsync("/api/admin/probe/who")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var limited = await app.Anonymous.GetAsync("/api/admin/probe/who");

        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter.ShouldNotBeNull();
        (await app.Admin.GetAsync("/api/admin/probe/who")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_limits_are_those_of_the_contract_unless_configured()
    {
        await using var app = await BareApp.StartAsync();

        var options = app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value;

        (options.StartImportPerHour, options.StatusReadsPerMinute, options.ImportControlPerMinute).ShouldBe((5, 60, 10));
        await Should.ThrowAsync<OptionsValidationException>(() => BareApp.StartAsync(("RateLimits:StatusReadsPerMinute", "0")));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await client.SendAsync(request);
    }
}
