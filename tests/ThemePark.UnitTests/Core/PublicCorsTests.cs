using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ThemePark.UnitTests.Core;

public sealed class PublicCorsTests : IAsyncLifetime
{
    private const string Origin = "http://localhost:8080";

    private BareApp _app = null!;

    public async Task InitializeAsync() => _app = await BareApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_page_of_another_origin_may_read_the_public_API_and_its_ETag()
    {
        var answer = await SendAsync(HttpMethod.Get, "/api/health");

        Header(answer, "Access-Control-Allow-Origin").ShouldBe("*");
        Header(answer, "Access-Control-Expose-Headers").ShouldBe("ETag");
        Header(answer, "Access-Control-Allow-Credentials").ShouldBeNull();
    }

    [Theory]
    [InlineData("/api/nothing/here")]
    [InlineData("/api/parks/nothing")]
    public async Task It_may_read_errors_too(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe("*");
    }

    [Fact]
    public async Task A_preflight_is_told_GET_and_the_headers_it_asked_for()
    {
        var answer = await SendAsync(HttpMethod.Options, "/api/parks/downtime", ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "if-none-match"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe("*");
        Header(answer, "Access-Control-Allow-Methods").ShouldBe("GET,OPTIONS");
        Header(answer, "Access-Control-Allow-Headers").ShouldBe("if-none-match");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Of_the_admin_API_it_is_told_nothing(string method)
    {
        var preflight = await SendAsync(HttpMethod.Options, "/api/admin/probe/things", ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "authorization"));
        var call = await SendAsync(HttpMethod.Get, "/api/admin/probe/things", ("Authorization", $"Bearer {BareApp.Key}"));

        preflight.Headers.Concat(call.Headers).Select(h => h.Key).ShouldNotContain(h => h.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Outside_of_the_API_there_are_no_such_headers() =>
        Header(await SendAsync(HttpMethod.Get, "/health/live"), "Access-Control-Allow-Origin").ShouldBeNull();

    [Fact]
    public async Task The_bare_address_says_what_answers_and_where()
    {
        var root = await _app.Anonymous.GetFromJsonAsync<JsonElement>("/");

        root.GetProperty("name").GetString().ShouldBe("ThemePark");
        root.GetProperty("status").GetString().ShouldBe("running");
        root.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        root.GetProperty("endpoints").GetProperty("health").GetString().ShouldBe("/api/health");
        root.GetProperty("endpoints").GetProperty("admin").GetString().ShouldBe("/api/admin");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", Origin);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _app.Anonymous.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
