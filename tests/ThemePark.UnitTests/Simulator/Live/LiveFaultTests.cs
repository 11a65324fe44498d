using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator.Live;

public sealed class LiveFaultTests
{
    private const string Feed = "entity/falkental/live";

    [Theory]
    [InlineData("429", HttpStatusCode.TooManyRequests, 1)]
    [InlineData("429,retry-after=40", HttpStatusCode.TooManyRequests, 40)]
    [InlineData("503,retry-after=7", HttpStatusCode.ServiceUnavailable, 7)]
    [InlineData("503", HttpStatusCode.ServiceUnavailable, null)]
    public async Task A_refusal_says_when_to_come_back(string fault, HttpStatusCode status, int? seconds)
    {
        await using var live = await WithAsync(fault);
        using var answer = await live.AskAsync(Feed);
        answer.StatusCode.ShouldBe(status);
        (answer.Headers.RetryAfter?.Delta).ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);
        if (status == HttpStatusCode.TooManyRequests)
        {
            JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync()).GetProperty("retryAfter").GetInt32().ShouldBe(seconds!.Value);
        }
    }

    [Fact]
    public async Task A_slow_answer_is_the_true_one()
    {
        await using var live = await WithAsync("slow,delay=300,count=1");
        var started = TimeProvider.System.GetTimestamp();
        var slow = await live.Http.GetStringAsync(new Uri(Feed, UriKind.Relative));
        TimeProvider.System.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(280));
        slow.ShouldBe(await live.Http.GetStringAsync(new Uri(Feed, UriKind.Relative)));
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("black-hole")]
    public async Task No_answer_is_logged_as_none(string fault)
    {
        await using var live = await WithAsync(fault);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var failure = await Should.ThrowAsync<Exception>(() => live.Http.GetAsync(new Uri(Feed, UriKind.Relative), patience.Token));
        (failure is HttpRequestException).ShouldBe(fault == "reset");
        var answer = (await LiveHttpTests.EndedAsync(live, 1)).Single();
        (answer.Status, answer.Complete, answer.Body.Length).ShouldBe((0, false, 0));
    }

    [Fact]
    public async Task A_truncated_body_has_its_true_length_announced_and_its_half_logged()
    {
        await using var live = await WithAsync("truncate,count=1");
        using var answer = await live.Http.GetAsync(new Uri(Feed, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync());
        var whole = await live.Http.GetByteArrayAsync(new Uri(Feed, UriKind.Relative));
        answer.Content.Headers.ContentLength.ShouldBe(whole.Length);
        var logged = (await LiveHttpTests.EndedAsync(live, 2))[0];
        logged.Complete.ShouldBeFalse();
        logged.Body.ToArray().ShouldBe(whole[..(whole.Length / 2)]);
    }

    [Theory]
    [InlineData("html", "text/html", false)]
    [InlineData("content-type", "text/plain", true)]
    public async Task A_wrong_type_comes_with_200(string fault, string type, bool isJson)
    {
        await using var live = await WithAsync(fault);
        using var answer = await live.AskAsync(Feed);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        (await answer.Content.ReadAsStringAsync()).StartsWith('{').ShouldBe(isJson);
    }

    [Fact]
    public async Task An_empty_feed_keeps_its_envelope()
    {
        await using var live = await WithAsync("empty,count=1");
        (await live.RowsAsync("falkental")).ShouldBeEmpty();
        (await live.RowsAsync("falkental")).Count.ShouldBe((await LiveHttpTests.EndedAsync(live, 2))[0].Spoilt.Count);
    }

    [Fact]
    public async Task Of_duplicate_rows_the_last_is_the_true_one()
    {
        var (spoilt, truth, ids) = await SpoiltAsync("duplicate,rows=2");
        spoilt.Count.ShouldBe(truth.Count + 2);
        foreach (var id in ids)
        {
            var both = spoilt.Where(r => r.Text("id") == id).ToList();
            both.Count.ShouldBe(2);
            both[1].GetRawText().ShouldBe(Row(truth, id).GetRawText());
            both[0].GetRawText().ShouldNotBe(both[1].GetRawText());
        }
    }

    [Theory]
    [InlineData("freizeitparkfalkental")]
    [InlineData("falkental")]
    public async Task Foreign_rows_name_their_own_park(string asked)
    {
        var (spoilt, truth, ids) = await SpoiltAsync("foreign-row,rows=3", asked);
        ids.Count.ShouldBe(3);
        spoilt.Count.ShouldBe(truth.Count + 3);
        var own = truth.Where(r => r.Text("entityType") == "ATTRACTION").Select(r => r.Text("parkId")).ToHashSet();
        ids.ShouldAllBe(id => !own.Contains(Row(spoilt, id).Text("parkId")));
    }

    [Fact]
    public async Task A_wrong_park_is_a_sibling()
    {
        var (spoilt, truth, ids) = await SpoiltAsync("wrong-park");
        var wrong = Row(spoilt, ids.Single()).Text("parkId");
        wrong.ShouldNotBe(Row(truth, ids[0]).Text("parkId"));
        truth.ShouldContain(r => r.Text("entityType") == "PARK" && r.Text("id") == wrong);
    }

    [Fact]
    public async Task A_frozen_feed_stays_as_it_was_when_it_froze()
    {
        await using var live = await WithAsync("frozen,until=2026-07-04T20:00:00Z");
        var before = (await live.GetAsync(Feed)).GetRawText();
        live.Clock.Advance(TimeSpan.FromMinutes(100));
        (await live.GetAsync(Feed)).GetRawText().ShouldBe(before);
        live.Clock.Advance(TimeSpan.FromMinutes(20));
        (await live.GetAsync(Feed)).GetRawText().ShouldNotBe(before);
    }

    [Theory]
    [InlineData("null-queue", JsonValueKind.Null)]
    [InlineData("queue-array", JsonValueKind.Array)]
    [InlineData("malformed-row", JsonValueKind.String)]
    public async Task A_queue_can_be_anything(string fault, JsonValueKind kind)
    {
        var (spoilt, _, ids) = await SpoiltAsync(fault + ",rows=2");
        ids.Count.ShouldBe(2);
        ids.ShouldAllBe(id => Row(spoilt, id).GetProperty("queue").ValueKind == kind);
    }

    [Fact]
    public async Task All_parts_of_a_queue_can_be_null()
    {
        var (spoilt, truth, ids) = await SpoiltAsync("null-parts,rows=all");
        ids.Count.ShouldBeGreaterThan(20);
        foreach (var id in ids)
        {
            Row(spoilt, id).GetProperty("queue").Names().ShouldBe(Row(truth, id).GetProperty("queue").Names());
            Row(spoilt, id).GetProperty("queue").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).ShouldAllBe(f => f.Value.ValueKind == JsonValueKind.Null);
        }
    }

    [Fact]
    public async Task Unknown_words_and_fields_stand_beside_the_known_ones()
    {
        var (status, _, one) = await SpoiltAsync("unknown-status");
        Row(status, one.Single()).Text("status").ShouldBe("WEATHER_HOLD");
        var (queue, _, two) = await SpoiltAsync("unknown-queue");
        Row(queue, two.Single()).Part("VIRTUAL_PASS").GetProperty("waitTime").GetInt32().ShouldBe(10);
        var (fields, truth, three) = await SpoiltAsync("extra-fields");
        Row(fields, three.Single()).Names().Except(Row(truth, three[0]).Names()).ShouldBe(["crowdLevel"]);
    }

    [Fact]
    public async Task Rows_can_be_missing_nameless_or_no_rows_at_all()
    {
        var (missing, truth, gone) = await SpoiltAsync("missing-row,rows=3");
        missing.Count.ShouldBe(truth.Count - 3);
        missing.ShouldNotContain(r => gone.Contains(r.Text("id")));
        var (nameless, _, _) = await SpoiltAsync("missing-id");
        nameless.Count(r => !r.Has("id")).ShouldBe(1);
        var (text, _, _) = await SpoiltAsync("text-row");
        text.Count(r => r.ValueKind == JsonValueKind.String).ShouldBe(1);
    }

    [Fact]
    public async Task A_fault_of_one_entity_leaves_the_others_alone()
    {
        string show;
        await using (var live = await LiveUnderTest.StartAsync())
        {
            show = (await live.RowsAsync("falkental")).First(r => r.Text("entityType") == "SHOW").Text("id");
        }

        var (spoilt, truth, ids) = await SpoiltAsync($"unknown-status,entity={show}");
        ids.ShouldBe([show]);
        spoilt.Where(r => r.Text("id") != show).Select(r => r.GetRawText()).ShouldBe(truth.Where(r => r.Text("id") != show).Select(r => r.GetRawText()));
    }

    [Fact]
    public async Task A_fault_hits_only_its_destination_its_paths_its_requests_and_its_time()
    {
        await using var live = await WithAsync("503,destination=falkental,path=*/live,attempt=2,count=1,from=2026-07-04T18:00:00Z,until=2026-07-04T19:00:00Z");
        live.Clock.MoveTo(LiveUnderTest.At("2026-07-04T17:59:59Z"));
        await Status(Feed, HttpStatusCode.OK);
        await Status(Feed, HttpStatusCode.OK);
        live.Clock.MoveTo(LiveUnderTest.Afternoon);
        await Status("entity/lanternbayresort/live", HttpStatusCode.OK);
        await Status("entity/lanternbayresort/live", HttpStatusCode.OK);
        await Status("entity/falkental", HttpStatusCode.OK);
        await Status("entity/falkental", HttpStatusCode.OK);
        await Status(Feed, HttpStatusCode.OK);
        await Status(Feed, HttpStatusCode.ServiceUnavailable);
        await Status(Feed, HttpStatusCode.OK);
        live.Server.Faults.Clear();
        live.Server.Faults.Add(new LiveFault(LiveFaultKind.Unavailable) { Until = LiveUnderTest.Afternoon });
        await Status(Feed, HttpStatusCode.OK);

        async Task Status(string path, HttpStatusCode status)
        {
            using var answer = await live.AskAsync(path);
            answer.StatusCode.ShouldBe(status, path);
        }
    }

    private static JsonElement Row(List<JsonElement> rows, string id) => rows.Last(r => r.ValueKind == JsonValueKind.Object && r.Has("id") && r.Text("id") == id);

    private static async Task<LiveUnderTest> WithAsync(string fault)
    {
        var live = await LiveUnderTest.StartAsync(keep: 10);
        live.Server.Faults.Add(LiveFault.Parse(fault));
        return live;
    }

    /// <summary>A feed under the fault, the same without it, and what the log says was spoilt.</summary>
    private static async Task<(List<JsonElement> Spoilt, List<JsonElement> Truth, IReadOnlyList<string> Ids)> SpoiltAsync(string fault, string asked = "falkental")
    {
        await using var live = await WithAsync(fault);
        live.Clock.MoveTo(LiveUnderTest.At("2026-07-04T12:00:00Z"));
        var spoilt = await live.RowsAsync(asked);
        live.Server.Faults.Clear();
        return (spoilt, await live.RowsAsync(asked), (await LiveHttpTests.EndedAsync(live, 2))[0].Spoilt);
    }
}
