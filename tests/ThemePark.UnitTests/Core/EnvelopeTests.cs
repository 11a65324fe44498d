using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ThemePark.UnitTests.Core;

public sealed class EnvelopeTests : IAsyncLifetime
{
    private const string Things = "/api/admin/probe/things";

    private BareApp _app = null!;

    public async Task InitializeAsync() => _app = await BareApp.StartAsync(("Http:MaxBodyBytes", "2000"));

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_unknown_route_is_404_in_the_envelope()
    {
        var error = await ErrorAsync(await _app.Admin.GetAsync("/api/admin/nothing/here"), HttpStatusCode.NotFound, "NOT_FOUND");

        error.GetProperty("message").GetString()!.ShouldContain("/api/admin/nothing/here");
        error.GetProperty("details").ValueKind.ShouldBe(JsonValueKind.Object);
        await ErrorAsync(await _app.Anonymous.GetAsync("/nothing"), HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_says_what_is_allowed()
    {
        var answer = await _app.Admin.DeleteAsync(Things);

        var error = await ErrorAsync(answer, HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        answer.Content.Headers.Allow.Order().ShouldBe(["GET", "POST"]);
        error.GetProperty("message").GetString()!.ShouldContain("GET, POST");
    }

    [Theory]
    [InlineData("""{"name":"a","count_of_days":"5"}""", "count_of_days", "an integer")]
    [InlineData("""{"name":"a","count_of_days":5.5}""", "count_of_days", "an integer")]
    [InlineData("""{"name":"a","start_date":"01/02/2026"}""", "start_date", "yyyy-MM-dd")]
    [InlineData("""{"name":"a","mood":"GRAND"}""", "mood", "FINE, NOT_SO_FINE")]
    [InlineData("""{"name":"a","mood":1}""", "mood", "FINE, NOT_SO_FINE")]
    [InlineData("""{"name":"a","seen_at":"2026-01-01T10:00:00"}""", "seen_at", "yyyy-MM-ddTHH:mm:ssZ")]
    [InlineData("""{"name":"a","weight":"1.5"}""", "weight", "a number")]
    [InlineData("""{"name":7}""", "name", "a string")]
    [InlineData("""{"name":null}""", "name", "a string")]
    [InlineData("""{"name":"a","parts":{}}""", "parts", "an array")]
    [InlineData("""{"name":"a","parts":[{"size":1},{"size":"x"}]}""", "parts[1].size", "an integer")]
    [InlineData("""{"name":"a","colour":"red"}""", "colour", "name, count_of_days, start_date")]
    [InlineData("""{"Name":"a"}""", "Name", "name, count_of_days, start_date")]
    [InlineData("""{"name":"a","parts":[{"length":1}]}""", "length", "size, built_on")]
    [InlineData("""{"name":"a","name":"b"}""", "name", "twice")]
    [InlineData("""[]""", "body", "an object")]
    public async Task A_wrong_member_of_the_body_is_named_with_what_is_allowed(string body, string parameter, string allowed)
    {
        var error = await ErrorAsync(await PostAsync(body), HttpStatusCode.BadRequest, "VALIDATION_FAILED");

        error.GetProperty("details").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(parameter);
        error.GetProperty("details").GetProperty(parameter)[0].GetString()!.ShouldContain(allowed);
        error.GetProperty("message").GetString()!.ShouldNotContain("System.");
        error.GetProperty("message").GetString()!.ShouldNotContain("Probes");
    }

    [Theory]
    [InlineData("""{"name":""")]
    [InlineData("""{"name":"a",}""")]
    [InlineData("nonsense")]
    public async Task Broken_json_says_where(string body)
    {
        var error = await ErrorAsync(await PostAsync(body), HttpStatusCode.BadRequest, "INVALID_JSON");

        error.GetProperty("details").GetProperty("line").GetInt64().ShouldBe(1);
        error.GetProperty("details").TryGetProperty("byte_in_line", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task An_absent_body_is_asked_for()
    {
        var error = await ErrorAsync(await PostAsync(""), HttpStatusCode.BadRequest, "VALIDATION_FAILED");

        error.GetProperty("details").GetProperty("body")[0].GetString()!.ShouldContain("name, count_of_days");
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_415()
    {
        var answer = await _app.Admin.PostAsync(Things, new StringContent("name=a", Encoding.UTF8, "text/plain"));

        (await ErrorAsync(answer, HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE"))
            .GetProperty("message").GetString()!.ShouldContain("application/json");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        await ErrorAsync(await PostAsync($$"""{"name":"{{new string('x', 3000)}}"}"""), HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE");
    }

    [Fact]
    public async Task Rules_name_parameters_as_the_json_does()
    {
        var error = await ErrorAsync(
            await PostAsync("""{"name":"much too long","count_of_days":11,"parts":[{"size":1},{"size":0}]}"""),
            HttpStatusCode.BadRequest,
            "VALIDATION_FAILED");

        var details = error.GetProperty("details");
        details.EnumerateObject().Select(d => d.Name).Order().ShouldBe(["count_of_days", "name", "parts[1].size"]);
        details.GetProperty("count_of_days")[0].GetString()!.ShouldBe("'count_of_days' must be between 1 and 10. You entered 11.");
    }

    [Theory]
    [InlineData("limit=0", "limit", "between 1 and 500")]
    [InlineData("limit=501", "limit", "between 1 and 500")]
    [InlineData("limit=ten", "limit", "an integer")]
    [InlineData("limit=99999999999", "limit", "an integer from")]
    [InlineData("limit=", "limit", "an integer")]
    [InlineData("limit=1&limit=2", "limit", "")]
    [InlineData("offset=-1", "offset", "greater than or equal to '0'")]
    [InlineData("start_date=01/02/2026", "start_date", "yyyy-MM-dd")]
    [InlineData("start_date=2026-02-30", "start_date", "yyyy-MM-dd")]
    [InlineData("mood=fine", "mood", "FINE, NOT_SO_FINE")]
    [InlineData("mood=0", "mood", "FINE, NOT_SO_FINE")]
    [InlineData("limt=5", "limt", "limit, offset, start_date, mood")]
    public async Task A_wrong_query_parameter_is_named_with_what_is_allowed(string query, string parameter, string allowed)
    {
        var error = await ErrorAsync(await _app.Admin.GetAsync($"{Things}?{query}"), HttpStatusCode.BadRequest, "VALIDATION_FAILED");

        error.GetProperty("details").GetProperty(parameter)[0].GetString()!.ShouldContain(allowed);
    }

    [Fact]
    public async Task A_right_query_is_read()
    {
        var answer = await _app.Admin.GetFromJsonAsync<JsonElement>($"{Things}?limit=500&start_date=2026-02-28&mood=NOT_SO_FINE");

        answer.ToString().ShouldBe("""{"limit":500,"offset":0,"start_date":"2026-02-28","mood":"NOT_SO_FINE"}""");
        (await _app.Admin.GetFromJsonAsync<JsonElement>(Things)).GetProperty("limit").GetInt32().ShouldBe(50);
    }

    [Fact]
    public async Task An_expected_failure_carries_its_code_and_details()
    {
        var error = await ErrorAsync(await PostAsync("""{"name":"taken"}"""), HttpStatusCode.Conflict, "NAME_TAKEN");

        error.GetProperty("details").GetProperty("existing_id").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task A_bug_is_500_with_a_correlation_id_and_nothing_of_the_exception()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/probe/boom") { Headers = { { "X-Correlation-Id", "from-me.1" } } };

        var answer = await _app.Admin.SendAsync(request);

        var body = await answer.Content.ReadAsStringAsync();
        var error = await ErrorAsync(answer, HttpStatusCode.InternalServerError, "INTERNAL_ERROR");
        error.GetProperty("details").GetProperty("correlation_id").GetString().ShouldBe("from-me.1");
        answer.Headers.GetValues("X-Correlation-Id").ShouldBe(["from-me.1"]);
        body.ShouldNotContain("secret");
        body.ShouldNotContain("   at ");
        _app.Log.Lines.ShouldContain(l => l.Contains("the secret inside", StringComparison.Ordinal) && l.Contains("correlation_id=from-me.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_fails_halfway_is_cut_off()
    {
        await Should.ThrowAsync<HttpRequestException>(() => _app.Admin.GetStringAsync("/api/admin/probe/half"));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_503_with_retry_after()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Things) { Headers = { { "Authorization", "Bearer not-a-configured-key" } } };

        var answer = await _app.Anonymous.SendAsync(request);

        await ErrorAsync(answer, HttpStatusCode.ServiceUnavailable, "DATABASE_UNAVAILABLE");
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_connection_lost_under_a_statement_is_503_too()
    {
        await ErrorAsync(await _app.Admin.GetAsync("/api/admin/probe/lost"), HttpStatusCode.ServiceUnavailable, "DATABASE_UNAVAILABLE");
    }

    [Theory]
    [InlineData("GET", "/api/parks/probe/boom", 500, "Something went wrong here; it is in the log as ")]
    [InlineData("GET", "/api/parks/probe/none", 404, "Park 7 not found")]
    [InlineData("GET", "/api/parks/probe?limit=x", 400, "limit must be an integer")]
    [InlineData("GET", "/api/trends/nothing", 404, "There is nothing at /api/trends/nothing.")]
    [InlineData("POST", "/api/parks/probe", 405, "POST is not allowed")]
    public async Task Analytics_paths_answer_errors_as_the_frontend_reads_them(string method, string path, int status, string text)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var answer = await _app.Anonymous.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        body.EnumerateObject().Select(p => p.Name).ShouldBe(["success", "error"]);
        body.GetProperty("success").GetBoolean().ShouldBeFalse();
        body.GetProperty("error").GetString()!.ShouldStartWith(text);
    }

    [Fact]
    public async Task A_correlation_id_that_could_forge_a_log_line_is_replaced()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Things);
        request.Headers.TryAddWithoutValidation("X-Correlation-Id", "two words");

        var answer = await _app.Admin.SendAsync(request);

        answer.Headers.GetValues("X-Correlation-Id").ShouldHaveSingleItem().ShouldMatch("^[0-9a-f]{32}$");
        answer.Headers.Contains("Server").ShouldBeFalse();
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        _app.Admin.PostAsync(Things, new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var body = JsonDocument.Parse(text).RootElement;
        body.EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("error");
        var error = body.GetProperty("error");
        error.EnumerateObject().Select(p => p.Name).ShouldBe(["code", "message", "details"]);
        error.GetProperty("code").GetString().ShouldBe(code, text);
        return error;
    }
}
