using System.Net;
using System.Text;
using System.Text.Json;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator.Live;

public sealed class LiveHttpTests
{
    [Theory]
    [InlineData("destinations")]
    [InlineData("entity/falkental")]
    [InlineData("entity/falkental/children")]
    [InlineData("entity/falkental/live")]
    [InlineData("entity/falkental/schedule")]
    public async Task Every_document_has_a_tag_that_spares_its_body(string path)
    {
        await using var live = await LiveUnderTest.StartAsync();
        using var first = await live.AskAsync(path);
        first.Headers.ETag.ShouldNotBeNull();
        first.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromSeconds(60));
        first.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        first.Headers.GetValues("X-Simulated").ShouldBe(["themepark"]);
        first.Headers.GetValues("RateLimit-Limit").ShouldBe(["300"]);
        first.Headers.GetValues("RateLimit-Policy").ShouldBe(["300;w=60"]);
        first.Headers.GetValues("RateLimit-Remaining").ShouldBe(["299"]);

        using var again = await Again();
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await again.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        again.Headers.ETag.ShouldBe(first.Headers.ETag);

        live.Clock.Advance(TimeSpan.FromHours(30));
        using var later = await Again();
        later.StatusCode.ShouldBe(path.EndsWith("live", StringComparison.Ordinal) || path.EndsWith("schedule", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.NotModified);

        Task<HttpResponseMessage> Again()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            return live.Http.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("entity/00000000-0000-4000-8000-000000000000/live")]
    [InlineData("entity/nowhere")]
    [InlineData("entity/falkental/prices")]
    [InlineData("parks")]
    public async Task What_is_unknown_is_answered_as_upstream_does(string path)
    {
        await using var live = await LiveUnderTest.StartAsync();
        using var answer = await live.AskAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var body = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync());
        body.GetProperty("success").GetBoolean().ShouldBeFalse();
        body.GetProperty("error").Text("type").ShouldBe("Not found");
        answer.Headers.ETag.ShouldBeNull();
    }

    [Theory]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("some-key", HttpStatusCode.OK)]
    public async Task A_key_must_not_be_empty(string key, HttpStatusCode status)
    {
        await using var live = await LiveUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("destinations", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("X-API-Key", key);
        (await live.Http.SendAsync(request)).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task Beyond_an_enforced_limit_comes_429_with_the_time_to_wait()
    {
        await using var live = await LiveUnderTest.StartAsync(rateLimit: 2, enforce: true);
        (await live.AskAsync("destinations")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await live.AskAsync("destinations")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var third = await live.AskAsync("destinations");
        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        third.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
    }

    [Fact]
    public async Task The_log_keeps_what_was_sent_up_to_its_capacity()
    {
        await using var live = await LiveUnderTest.StartAsync(keep: 2);
        var destination = (await live.GetAsync("entity/falkental")).Text("id");
        var body = await live.Http.GetByteArrayAsync(new Uri("entity/falkental/live?entityType=SHOW", UriKind.Relative));
        (await live.AskAsync("entity/nowhere")).Dispose();
        (await EndedAsync(live, 2)).Select(a => (a.Path, a.Status, a.Destination, a.At)).ShouldBe(
            [("/v1/entity/falkental/live?entityType=SHOW", 200, destination, LiveUnderTest.Afternoon), ("/v1/entity/nowhere", 404, null, LiveUnderTest.Afternoon)]);
        live.Server.Served.All[0].Body.ToArray().ShouldBe(body);
        live.Server.Served.Dropped.ShouldBe(1);

        live.Server.Served.Clear();
        live.Server.Served.Enabled = false;
        (await live.AskAsync("destinations")).Dispose();
        live.Server.Served.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_state_says_that_all_of_it_is_simulated_and_faults_come_and_go()
    {
        await using var live = await LiveUnderTest.StartAsync();
        (await StateAsync()).Text("notice").ShouldContain("simulator");
        using var posted = await live.Http.PostAsync(new Uri("/_sim/faults", UriKind.Relative), new StringContent("503,destination=falkental,retry-after=9\nslow,path=*/live,delay=40", Encoding.UTF8));
        posted.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StateAsync()).GetProperty("faults").EnumerateArray().Select(f => f.GetString()).ShouldBe(["503,destination=falkental,retry-after=9", "slow,path=*/live,delay=40"]);
        (await live.AskAsync("entity/falkental")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        using var wrong = await live.Http.PostAsync(new Uri("/_sim/faults", UriKind.Relative), new StringContent("empty\nboom", Encoding.UTF8));
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).ShouldContain("boom");
        (await StateAsync()).GetProperty("faults").GetArrayLength().ShouldBe(2);

        (await live.Http.DeleteAsync(new Uri("/_sim/faults", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await live.AskAsync("entity/falkental")).StatusCode.ShouldBe(HttpStatusCode.OK);

        async Task<JsonElement> StateAsync()
        {
            using var answer = await live.AskAsync("/_sim/state");
            answer.Headers.GetValues("X-Simulated").ShouldBe(["themepark"]);
            return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task The_bucket_and_the_live_api_share_a_port()
    {
        var root = Directory.CreateTempSubdirectory("tp-both-");
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "a.txt"), "object");
        await using (var server = await ArchiveServer.StartAsync(new ArchiveServerOptions { Directory = root.FullName, Live = new LiveServerOptions { KeepServed = 1 } }))
        {
            using var http = new HttpClient();
            (await http.GetStringAsync(new Uri(server.BaseAddress, server.Bucket + "/a.txt"))).ShouldBe("object");
            (await http.GetStringAsync(new Uri(server.LiveAddress!, "destinations"))).ShouldContain("falkental");
            server.Requests.All.Count.ShouldBe(1);
        }

        root.Delete(recursive: true);
    }

    /// <summary>An answer is logged a moment after its last byte has left.</summary>
    internal static async Task<IReadOnlyList<ServedAnswer>> EndedAsync(LiveUnderTest live, int count)
    {
        for (var i = 0; i < 200 && live.Server.Served.All.Count < count; i++)
        {
            await Task.Delay(10);
        }

        return live.Server.Served.All;
    }
}
