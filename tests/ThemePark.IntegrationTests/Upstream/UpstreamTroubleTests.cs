using System.Globalization;
using Microsoft.AspNetCore.Http;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Polling;
using ThemePark.Testing;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.IntegrationTests.Upstream;

/// <summary>What the client does when upstream is slow, busy, broken or gone.</summary>
public sealed class UpstreamTroubleTests
{
    private static readonly Guid Id = Guid.Parse("e957da41-3552-4cf6-b636-5babc5cbc4e5");

    [Theory]
    [InlineData("408")]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("abort")]
    [InlineData("cut body")]
    [InlineData("half json")]
    [InlineData("empty")]
    public async Task A_passing_trouble_is_asked_again_after_growing_waits(string trouble)
    {
        await using var upstream = await UpstreamHarness.StartAsync(("Attempts", 4));
        upstream.Server.Answer = (http, n) => n < 4 ? MisbehaveAsync(http, trouble) : StubUpstream.JsonAsync(http);
        await upstream.RunAsync(upstream.Client.GetLiveAsync(Id, CancellationToken.None));
        var times = upstream.Server.Requests.Select(r => r.At).ToList();
        times.Count.ShouldBe(4);
        // Jittered, so no single wait is certain; the first three together are more than one undoubled second.
        (times[3] - times[0]).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        (upstream.Client.Status.Requests, upstream.Client.Status.Failed, upstream.Client.Status.ConsecutiveFailures).ShouldBe((4, 3, 0));
    }

    [Theory]
    [InlineData("API_UNAVAILABLE", "… answered 503", "503")]
    [InlineData("API_UNAVAILABLE", "… could not be asked for: …", "abort")]
    [InlineData("INVALID_DATA", "… ended inside the body, after … bytes", "cut body")]
    [InlineData("INVALID_DATA", "… sent … bytes that are no whole JSON document: …", "half json")]
    public async Task A_lasting_trouble_is_passed_on_after_the_last_attempt_and_half_a_body_is_not_remembered(string kind, string message, string trouble)
    {
        await using var upstream = await UpstreamHarness.StartAsync(("Attempts", 3));
        upstream.Server.Answer = (http, _) =>
        {
            http.Response.Headers.ETag = "\"half\"";
            return MisbehaveAsync(http, trouble);
        };
        Explained(await upstream.FailAsync(c => c.GetLiveAsync(Id, CancellationToken.None)), kind, message);
        upstream.Server.Requests.Count.ShouldBe(3);
        upstream.Server.Requests.ShouldAllBe(r => r.IfNoneMatch == null);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("BaseAddress", "http://127.0.0.1:9/v1"), ("Attempts", 2));
        var e = await upstream.FailAsync(c => c.GetLiveAsync(Id, CancellationToken.None));
        (e.Kind, upstream.Client.Status.Requests).ShouldBe((UpstreamFailure.ApiUnavailable, 2));
    }

    [Theory]
    [InlineData("header")]
    [InlineData("body")]
    public async Task An_attempt_that_takes_too_long_is_given_up(string where)
    {
        await using var upstream = await UpstreamHarness.StartAsync(("Timeout", "00:00:30"), ("Attempts", 1));
        var reached = new TaskCompletionSource();
        upstream.Server.Answer = async (http, _) =>
        {
            if (where == "body")
            {
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync("{");
                await http.Response.Body.FlushAsync();
            }

            reached.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var work = Should.ThrowAsync<UpstreamException>(() => upstream.Client.GetLiveAsync(Id, CancellationToken.None));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var begin = upstream.Time.GetUtcNow();
        var e = await upstream.RunAsync(work);
        e.Kind.ShouldBe(UpstreamFailure.ApiUnavailable);
        Runbook.ShouldExplain("API_UNAVAILABLE", "… was not answered within … s", "poll", e.Message);
        e.Message.ShouldContain("30 s");
        (upstream.Time.GetUtcNow() - begin).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_trouble_of_upstream()
    {
        await using var upstream = await UpstreamHarness.StartAsync();
        using var cancel = new CancellationTokenSource();
        upstream.Server.Answer = async (http, _) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        await Should.ThrowAsync<OperationCanceledException>(() => upstream.Client.GetLiveAsync(Id, cancel.Token));
        (upstream.Client.Status.Failed, upstream.Client.Status.ConsecutiveFailures).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData("seconds")]
    [InlineData("date")]
    [InlineData("body")]
    [InlineData("nested body")]
    [InlineData("503")]
    public async Task When_one_request_is_told_to_wait_all_of_them_do(string form)
    {
        await using var upstream = await UpstreamHarness.StartAsync(("RequestsPerMinute", 1000));
        var begin = upstream.Time.GetUtcNow();
        upstream.Server.Answer = (http, n) => n == 1 ? TellToWaitAsync(http, form, 30, begin) : StubUpstream.JsonAsync(http);
        var client = upstream.Client;
        var first = client.GetLiveAsync(Id, CancellationToken.None);
        while (client.Status.WaitingUntil is null)
        {
            await Task.Delay(5);
        }

        // Another instance of the client, as another slice would have it.
        var others = Enumerable.Range(0, 20).Select(_ => upstream.Client.GetLiveAsync(Guid.NewGuid(), CancellationToken.None)).ToList();
        await upstream.RunAsync(Task.WhenAll([first, .. others]));

        var later = upstream.Server.Requests.Skip(1).Select(r => r.At).ToList();
        later.Count.ShouldBe(21);
        later.Min().ShouldBeGreaterThanOrEqualTo(begin.AddSeconds(30));
        later.Min().ShouldBeLessThan(begin.AddSeconds(34));
        client.Status.Breaker.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task A_very_long_wait_is_handed_back_instead_of_sat_out()
    {
        await using var upstream = await UpstreamHarness.StartAsync();
        var begin = upstream.Time.GetUtcNow();
        upstream.Server.Answer = (http, _) => TellToWaitAsync(http, "seconds", 3000, begin);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            // The clock stands still: nobody waits.
            var e = await Should.ThrowAsync<UpstreamException>(() => upstream.Client.GetLiveAsync(Id, CancellationToken.None));
            e.Kind.ShouldBe(UpstreamFailure.RateLimited);
            e.RetryAt.ShouldNotBeNull().ShouldBeInRange(begin.AddSeconds(3000), begin.AddSeconds(3005));
        }

        upstream.Server.Requests.Count.ShouldBe(1);
        upstream.Client.Reset();
        upstream.Server.Answer = (http, _) => StubUpstream.JsonAsync(http);
        await upstream.Client.GetLiveAsync(Id, CancellationToken.None);
    }

    [Fact]
    public async Task Told_to_wait_again_and_again_it_gives_up_and_says_so()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("Attempts", 3));
        upstream.Server.Answer = (http, _) => StubUpstream.StatusAsync(http, 429);
        var e = await upstream.FailAsync(c => c.GetLiveAsync(Id, CancellationToken.None));
        (e.Kind, upstream.Server.Requests.Count).ShouldBe((UpstreamFailure.RateLimited, 3));
        Runbook.ShouldExplain("RATE_LIMITED", "… answered 429, to be asked again in … s", "poll", e.Message);
        e.RetryAt.ShouldNotBeNull();
        var times = upstream.Server.Requests.Select(r => r.At).ToList();
        (times[1] - times[0]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Failures_of_several_documents_open_the_breaker_and_it_can_be_reset()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("Attempts", 1), ("BreakerFailures", 3), ("BreakerPause", "00:00:30"));
        upstream.Server.Answer = (http, _) => StubUpstream.StatusAsync(http, 500);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await upstream.FailAsync(c => c.GetLiveAsync(Guid.NewGuid(), CancellationToken.None));
        }

        var (client, opened) = (upstream.Client, upstream.Time.GetUtcNow());
        client.Status.Breaker.ShouldBe(BreakerState.Open);
        var refused = await Should.ThrowAsync<UpstreamException>(() => client.GetLiveAsync(Id, CancellationToken.None));
        (refused.Kind, upstream.Server.Requests.Count).ShouldBe((UpstreamFailure.ApiUnavailable, 3));
        refused.RetryAt.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(opened.AddSeconds(30));
        Runbook.ShouldExplain("API_UNAVAILABLE", "Upstream is not asked for now: it kept failing, last with: …", "poll", refused.Message);
        refused.Message.ShouldContain("500");

        upstream.Server.Answer = (http, _) => StubUpstream.JsonAsync(http);
        client.Reset();
        await client.GetLiveAsync(Id, CancellationToken.None);
        client.Status.Breaker.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task After_the_pause_one_good_answer_closes_the_breaker()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("Attempts", 1), ("BreakerFailures", 2));
        upstream.Server.Answer = (http, n) => n <= 2 ? StubUpstream.JsonAsync(http, "<html>", "text/html") : StubUpstream.JsonAsync(http);
        await upstream.FailAsync(c => c.GetLiveAsync(Id, CancellationToken.None));
        await upstream.FailAsync(c => c.GetDestinationsAsync(CancellationToken.None));
        upstream.Client.Status.Breaker.ShouldBe(BreakerState.Open);
        upstream.Time.Advance(TimeSpan.FromSeconds(30));
        upstream.Client.Status.Breaker.ShouldBe(BreakerState.HalfOpen);
        await upstream.Client.GetLiveAsync(Id, CancellationToken.None);
        upstream.Client.Status.Breaker.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public async Task No_more_requests_run_at_a_time_and_in_a_minute_than_allowed_whoever_asks()
    {
        await using var upstream = await UpstreamHarness.StartAsync(("Parallel", 2), ("RequestsPerMinute", 20));
        var (running, most) = (0, 0);
        upstream.Server.Answer = async (http, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(30);
            Interlocked.Decrement(ref running);
            await StubUpstream.JsonAsync(http);
        };
        await upstream.RunAsync(Task.WhenAll(Enumerable.Range(0, 30).Select(_ => upstream.Client.GetLiveAsync(Guid.NewGuid(), CancellationToken.None))));
        most.ShouldBe(2);
        var times = upstream.Server.Requests.Select(r => r.At).ToList();
        // The clock moves in steps of 200 ms while a request is on its way.
        times.Max(from => times.Count(at => at >= from && at < from.AddSeconds(55))).ShouldBeLessThanOrEqualTo(20);
        (times.Max() - times.Min()).ShouldBeGreaterThan(TimeSpan.FromSeconds(90));
    }

    private static Task TellToWaitAsync(HttpContext http, string form, int seconds, DateTimeOffset now)
    {
        var text = seconds.ToString(CultureInfo.InvariantCulture);
        switch (form)
        {
            case "body":
                return StubUpstream.JsonAsync(http, $$"""{"error":"Too Many Requests","retryAfter":{{text}}}""", status: 429);
            case "nested body":
                return StubUpstream.JsonAsync(http, $$$"""{"error":{"type":"RATE_LIMITED","retryAfter":{{{text}}}}}""", status: 429);
            default:
                http.Response.Headers.RetryAfter = form == "date" ? now.AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture) : text;
                return StubUpstream.StatusAsync(http, form == "503" ? 503 : 429);
        }
    }

    private static async Task MisbehaveAsync(HttpContext http, string trouble)
    {
        switch (trouble)
        {
            case "abort":
                http.Abort();
                break;
            case "cut body":
                (http.Response.ContentType, http.Response.ContentLength) = ("application/json", StubUpstream.Body.Length);
                // The server closes the connection by itself; an abort could overtake the headers.
                await http.Response.WriteAsync(StubUpstream.Body[..10]);
                break;
            case "half json":
                await StubUpstream.JsonAsync(http, StubUpstream.Body[..10]);
                break;
            case "empty":
                await StubUpstream.JsonAsync(http, "");
                break;
            default:
                await StubUpstream.StatusAsync(http, int.Parse(trouble, CultureInfo.InvariantCulture));
                break;
        }
    }

    // As the poll that failed is recorded, and its gap.
    private static void Explained(UpstreamException e, string kind, string message)
    {
        PollErrors.Of(e).ShouldBe(kind);
        Runbook.ShouldExplain(kind, message, "poll", e.Message);
    }
}
