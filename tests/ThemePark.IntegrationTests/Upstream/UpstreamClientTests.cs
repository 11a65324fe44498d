using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Shouldly;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.IntegrationTests.Upstream;

public sealed class UpstreamClientTests
{
    private static readonly Guid Id = Guid.Parse("e957da41-3552-4cf6-b636-5babc5cbc4e5");
    private static readonly Guid Other = Guid.Parse("75ea578a-adc8-4116-a54d-dccb60765ef9");

    [Fact]
    public async Task Every_document_has_its_path_and_is_asked_for_by_name()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("RequestsPerMinute", 1000));
        var client = upstream.Client;
        await client.GetLiveAsync(Id, CancellationToken.None);
        await client.GetScheduleAsync(Id, CancellationToken.None);
        await client.GetScheduleAsync(Id, 2026, 5, CancellationToken.None);
        await client.GetDestinationsAsync(CancellationToken.None);
        await client.GetEntityAsync(Id, null, CancellationToken.None);
        await client.GetChildrenAsync(Id, CancellationToken.None);

        upstream.Server.Requests.Select(r => r.Path).ShouldBe(
        [
            $"/v1/entity/{Id}/live", $"/v1/entity/{Id}/schedule", $"/v1/entity/{Id}/schedule/2026/05", "/v1/destinations", $"/v1/entity/{Id}", $"/v1/entity/{Id}/children",
        ]);
        upstream.Server.Requests.ShouldAllBe(r => r.UserAgent.StartsWith("ThemePark/"));
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again_and_a_restart_fetches_it_whole()
    {
        await using var upstream = await UpstreamHarness.StartAsync();
        upstream.Server.Answer = (http, n) =>
        {
            http.Response.Headers.ETag = "W/\"v1\"";
            if (http.Request.Headers.IfNoneMatch == "W/\"v1\"" && n < 4)
            {
                http.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            http.Response.Headers["X-Simulated"] = "1";
            return StubUpstream.JsonAsync(http, $$"""{"n":{{n}}}""");
        };

        var first = await upstream.Client.GetLiveAsync(Id, CancellationToken.None);
        (first.NotModified, first.ETag, first.Simulated, Text(first)).ShouldBe((false, "W/\"v1\"", true, """{"n":1}"""));
        upstream.Time.Advance(TimeSpan.FromMinutes(5));
        var second = await upstream.Client.GetLiveAsync(Id, CancellationToken.None);
        (second.NotModified, second.ETag, second.Simulated, Text(second)).ShouldBe((true, "W/\"v1\"", false, """{"n":1}"""));
        second.ReceivedAt.ShouldBe(first.ReceivedAt.AddMinutes(5));
        (await upstream.Client.GetLiveAsync(Other, CancellationToken.None)).NotModified.ShouldBeFalse();
        Text(await upstream.Client.GetLiveAsync(Id, CancellationToken.None)).ShouldBe("""{"n":4}""");

        upstream.Restart();
        (await upstream.Client.GetLiveAsync(Id, CancellationToken.None)).NotModified.ShouldBeFalse();
        upstream.Server.Requests.Select(r => r.IfNoneMatch).ShouldBe([null, "W/\"v1\"", null, "W/\"v1\"", null]);
    }

    [Fact]
    public async Task An_entity_the_caller_has_is_only_confirmed()
    {
        await using var upstream = await UpstreamHarness.StartAsync();
        upstream.Server.Answer = (http, _) =>
        {
            http.Response.Headers.ETag = "\"e1\"";
            if (http.Request.Headers.IfNoneMatch == "\"e1\"")
            {
                http.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            return StubUpstream.JsonAsync(http);
        };

        var confirmed = await upstream.Client.GetEntityAsync(Id, "\"e1\"", CancellationToken.None);
        var sent = await upstream.Client.GetEntityAsync(Id, "\"e0\"", CancellationToken.None);

        (confirmed.NotModified, confirmed.ETag, confirmed.Body.Length).ShouldBe((true, "\"e1\"", 0));
        (sent.NotModified, sent.ETag, Text(sent)).ShouldBe((false, "\"e1\"", StubUpstream.Body));
    }

    [Fact]
    public async Task Requests_in_the_background_leave_half_of_the_budget_to_live_polls()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("RequestsPerMinute", 40));
        using var stop = new CancellationTokenSource();
        var background = Enumerable.Range(0, 100).Select(_ => upstream.Client.GetEntityAsync(Other, null, stop.Token)).ToList();
        var began = upstream.Time.GetUtcNow();

        for (var poll = 0; poll < 10; poll++)
        {
            await upstream.RunAsync(upstream.Client.GetLiveAsync(Id, CancellationToken.None));
        }

        // Of forty a minute five go at once and one every four seconds, whoever else asks; behind the hundred they would have waited for minutes.
        (upstream.Time.GetUtcNow() - began).TotalSeconds.ShouldBeLessThan(25);
        upstream.Server.Requests.Count(r => r.Path.Contains($"{Other}", StringComparison.Ordinal)).ShouldBeInRange(5, 12);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Task.WhenAll(background));
    }

    [Fact]
    public async Task A_304_nobody_asked_for_is_no_document()
    {
        await using var upstream = await UpstreamHarness.StartAsync();
        upstream.Server.Answer = (http, _) =>
        {
            http.Response.StatusCode = 304;
            return Task.CompletedTask;
        };
        (await upstream.FailAsync(c => c.GetScheduleAsync(Id, CancellationToken.None))).Kind.ShouldBe(UpstreamFailure.InvalidData);
    }

    [Fact]
    public async Task A_compressed_body_is_unpacked_and_its_whole_size_counts()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("MaxBodyBytes", 4096));
        var size = 4096;
        upstream.Server.Answer = async (http, _) =>
        {
            http.Request.Headers.AcceptEncoding.ToString().ShouldContain("gzip");
            (http.Response.ContentType, http.Response.Headers.ContentEncoding) = ("application/json", "gzip");
            await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(new string(' ', size - 2) + "{}"), http.RequestAborted);
        };
        (await upstream.Client.GetLiveAsync(Id, CancellationToken.None)).Body.Length.ShouldBe(4096);

        size = 4097;
        var e = await upstream.FailAsync(c => c.GetLiveAsync(Id, CancellationToken.None));
        (e.Kind, upstream.Server.Requests.Count).ShouldBe((UpstreamFailure.InvalidData, 2));
        e.Message.ShouldContain("4096");
    }

    [Theory]
    [InlineData(404, (int)UpstreamFailure.NotFound)]
    [InlineData(410, (int)UpstreamFailure.NotFound)]
    [InlineData(401, (int)UpstreamFailure.Unauthorized)]
    [InlineData(403, (int)UpstreamFailure.Unauthorized)]
    [InlineData(400, (int)UpstreamFailure.InvalidData)]
    [InlineData(204, (int)UpstreamFailure.InvalidData)]
    [InlineData(302, (int)UpstreamFailure.InvalidData)]
    public async Task A_clear_refusal_is_passed_on_at_once(int status, int kind)
    {
        await using var upstream = await UpstreamHarness.StartAsync();
        upstream.Server.Answer = (http, _) =>
        {
            http.Response.Headers.Location = "/elsewhere";
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var e = await Should.ThrowAsync<UpstreamException>(() => upstream.Client.GetLiveAsync(Id, CancellationToken.None));
        (e.Kind, upstream.Server.Requests.Count).ShouldBe(((UpstreamFailure)kind, 1));
        e.Message.ShouldContain(status.ToString(CultureInfo.InvariantCulture));
        e.Message.ShouldContain($"/entity/{Id}/live");
    }

    [Theory]
    [InlineData("text/html; charset=utf-8")]
    [InlineData("")]
    public async Task A_page_in_place_of_json_is_an_error_even_if_it_looks_like_json(string type)
    {
        await using var upstream = await UpstreamHarness.StartAsync();
        upstream.Server.Answer = (http, _) => type.Length > 0 ? StubUpstream.JsonAsync(http, type: type) : http.Response.WriteAsync(StubUpstream.Body);
        var e = await Should.ThrowAsync<UpstreamException>(() => upstream.Client.GetLiveAsync(Id, CancellationToken.None));
        (e.Kind, upstream.Server.Requests.Count).ShouldBe((UpstreamFailure.InvalidData, 1));
    }

    [Fact]
    public async Task The_key_is_sent_when_there_is_one_and_is_in_no_exception_and_no_log()
    {
        const string key = "k3y-of-the-kingdom";
        await using var upstream = await UpstreamHarness.StartAsync(("ApiKey", key), ("Attempts", 2));
        await upstream.Client.GetLiveAsync(Id, CancellationToken.None);
        upstream.Server.Requests.Single().Key.ShouldBe(key);

        // Whatever goes wrong, and however upstream repeats what it was sent.
        var failures = new Queue<Func<HttpContext, Task>>(
        [
            http => StubUpstream.JsonAsync(http, key, "text/html"), http => StubUpstream.JsonAsync(http, key, status: 401), http => StubUpstream.JsonAsync(http, key, status: 500),
            http => StubUpstream.JsonAsync(http, key), http => StubUpstream.JsonAsync(http, key, status: 404),
            http =>
            {
                http.Abort();
                return Task.CompletedTask;
            },
        ]);
        while (failures.TryDequeue(out var failure))
        {
            upstream.Server.Answer = (http, _) => failure(http);
            (await upstream.FailAsync(c => c.GetLiveAsync(Id, CancellationToken.None))).ToString().ShouldNotContain(key);
            upstream.Client.Reset();
        }

        upstream.Logs.ShouldNotBeEmpty();
        upstream.Logs.ShouldAllBe(line => !line.Contains(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task An_empty_key_is_not_sent(string key)
    {
        await using var upstream = await UpstreamHarness.StartAsync(("ApiKey", key));
        await upstream.Client.GetLiveAsync(Id, CancellationToken.None);
        upstream.Server.Requests.Single().Key.ShouldBeNull();
    }

    private static string Text(UpstreamDocument document) => Encoding.UTF8.GetString(document.Body.Span);
}
