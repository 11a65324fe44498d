using System.Globalization;
using Shouldly;
using ThemePark.IntegrationTests.Upstream;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Schedules;

/// <summary>Answers written by hand: what cannot be read, what vanishes, nights, changes of clocks, and what is not known.</summary>
public sealed class OddScheduleTests
{
    private const string Destination = "dddddddd-0000-4000-8000-000000000001";
    private const string Park = "aaaaaaaa-0000-4000-8000-000000000001";
    private static readonly DateOnly Day = new(2025, 3, 10);

    [Fact]
    public async Task A_close_past_midnight_belongs_to_the_day_of_the_opening()
    {
        await using var world = await WorldAsync(
            Entry("2025-03-09", "OPERATING", "2025-03-09T10:00:00+01:00", "2025-03-09T22:00:00+01:00"),
            Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-11T01:30:00+01:00"),
            Entry("2025-03-11", "OPERATING", "2025-03-11T10:00:00+01:00", "2025-03-11T00:30:00+01:00"));

        (await world.StateAsync("2025-03-11T01:29:59+01:00")).ShouldBe((ParkState.Open, "2025-03-10T09:00:00Z", "2025-03-11T00:30:00Z"));
        (await world.StateAsync("2025-03-11T01:30:00+01:00")).ShouldBe((ParkState.Closed, "2025-03-11T09:00:00Z", "2025-03-11T23:30:00Z"));
        // Stated with the date of the opening: half an hour past the next midnight.
        (await world.StateAsync("2025-03-12T00:29:00+01:00")).State.ShouldBe(ParkState.Open);
        (await world.DayAsync("2025-03-11")).Entries.Single().Odd.ShouldBeTrue();
        (await world.DayAsync("2025-03-10")).Hours.Single().ClosesAt.ShouldBe(At("2025-03-11T00:30:00Z"));
    }

    [Fact]
    public async Task Nights_in_which_clocks_change_have_an_hour_more_or_less()
    {
        await using var world = await WorldAsync(
            Entry("2025-03-29", "OPERATING", "2025-03-29T10:00:00+01:00", "2025-03-30T04:00:00+02:00"),
            Entry("2025-03-30", "OPERATING", "2025-03-30T10:00:00+02:00", "2025-03-30T18:00:00+02:00"));
        (await world.DayAsync("2025-03-29")).Hours.Single().ShouldBe(new OpenHours(At("2025-03-29T09:00:00Z"), At("2025-03-30T02:00:00Z")));
        (await world.StateAsync("2025-03-30T01:30:00Z")).State.ShouldBe(ParkState.Open);
        (await world.StateAsync("2025-03-30T02:00:00Z")).State.ShouldBe(ParkState.Closed);

        world.Move("2025-10-20T12:00:00Z");
        world.Answer(
            Entry("2025-10-25", "OPERATING", "2025-10-25T10:00:00+02:00", "2025-10-26T02:30:00+01:00"),
            Entry("2025-10-26", "OPERATING", "2025-10-26T10:00:00+01:00", "2025-10-26T18:00:00+01:00"));
        await world.Harness.SyncAsync();
        // Half past two comes twice in that night; the offset says which.
        (await world.StateAsync("2025-10-26T00:30:00Z")).State.ShouldBe(ParkState.Open);
        (await world.StateAsync("2025-10-26T01:29:00Z")).State.ShouldBe(ParkState.Open);
        (await world.StateAsync("2025-10-26T01:30:00Z")).State.ShouldBe(ParkState.Closed);
        (await world.DayAsync("2025-10-25")).Entries.Single().Odd.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_schedule_a_park_is_unknown_and_never_closed()
    {
        await using var world = await WorldAsync(Entry("2025-03-12", "OPERATING", "2025-03-12T10:00:00+01:00", "2025-03-12T18:00:00+01:00"));

        (await world.StateAsync("2025-03-10T12:00:00+01:00")).State.ShouldBe(ParkState.Unknown);
        // The night may still be that of a day nobody published; after the first opening it is over.
        (await world.StateAsync("2025-03-12T03:00:00+01:00")).ShouldBe((ParkState.Unknown, "2025-03-12T09:00:00Z", "2025-03-12T17:00:00Z"));
        (await world.StateAsync("2025-03-12T12:00:00+01:00")).State.ShouldBe(ParkState.Open);
        (await world.StateAsync("2025-03-12T20:00:00+01:00")).State.ShouldBe(ParkState.Closed);
        (await world.StateAsync("2025-03-13T03:00:00+01:00")).State.ShouldBe(ParkState.Unknown);
        (await world.DayAsync("2025-03-10")).ShouldSatisfyAllConditions(d => d.IsKnown.ShouldBeFalse(), d => d.ObservedAt.ShouldBeNull());
    }

    [Theory]
    [InlineData("INFO", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00")]
    [InlineData("PRIVATE_EVENT", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00")]
    [InlineData("OPERATING", null, null)]
    [InlineData("OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T10:00:00+01:00")]
    [InlineData("OPERATING", "2025-03-10T10:00:00+01:00", "2028-03-10T10:00:00+01:00")]
    [InlineData("MOONLIGHT", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00")]
    public async Task Entries_that_state_no_hours_are_kept_and_leave_the_park_unknown(string type, string? opens, string? closes)
    {
        await using var world = await WorldAsync(Entry("2025-03-10", type, opens, closes), Entry("2025-03-09", "OPERATING", "2025-03-09T10:00:00+01:00", "2025-03-09T18:00:00+01:00"));
        (await world.StateAsync("2025-03-10T12:00:00+01:00")).State.ShouldBe(ParkState.Unknown);
        (await world.DayAsync("2025-03-10")).ShouldSatisfyAllConditions(d => d.IsKnown.ShouldBeFalse(), d => d.Entries.Single().Type.ShouldBe(type), d => d.Hours.ShouldBeEmpty());
    }

    [Fact]
    public async Task Several_entries_of_a_day_are_one_union_of_hours()
    {
        await using var world = await WorldAsync(
            Entry("2025-03-10", "EXTRA_HOURS", "2025-03-10T20:00:00+01:00", "2025-03-10T22:00:00+01:00"),
            Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00"),
            Entry("2025-03-10", "TICKETED_EVENT", "2025-03-10T09:30:00+01:00", "2025-03-10T10:00:00+01:00"),
            Entry("2025-03-10", "OPERATING", "2025-03-10T12:00:00+01:00", "2025-03-10T19:00:00+01:00"),
            Entry("2025-03-10", "INFO", "2025-03-10T08:00:00+01:00", "2025-03-10T23:00:00+01:00"));
        var day = await world.DayAsync("2025-03-10");
        (day.IsKnown, day.Entries.Count).ShouldBe((true, 5));
        day.Hours.ShouldBe([new(At("2025-03-10T08:30:00Z"), At("2025-03-10T18:00:00Z")), new(At("2025-03-10T19:00:00Z"), At("2025-03-10T21:00:00Z"))]);
        (await world.StateAsync("2025-03-10T19:30:00+01:00")).ShouldBe((ParkState.Closed, "2025-03-10T19:00:00Z", "2025-03-10T21:00:00Z"));
        foreach (var (local, state, operating) in new[] { ("09:45", ParkState.Open, false), ("11:00", ParkState.Open, true), ("19:30", ParkState.Closed, false), ("21:00", ParkState.Open, false) })
        {
            var now = (await world.Harness.Hours.AtAsync(At($"2025-03-10T{local}:00+01:00"), CancellationToken.None))[world.ParkId];
            (now.State, now.IsOperating).ShouldBe((state, operating), local);
        }
    }

    [Fact]
    public async Task A_day_that_vanishes_is_a_version_and_unknown_and_comes_back_as_another()
    {
        var day = Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00");
        var yesterday = Entry("2025-03-09", "OPERATING", "2025-03-09T10:00:00+01:00", "2025-03-09T18:00:00+01:00");
        await using var world = await WorldAsync(day, yesterday);
        world.Move("2025-03-10T09:30:00Z");
        world.Answer();
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(1);
        (await world.StateAsync("2025-03-10T12:00:00+01:00")).State.ShouldBe(ParkState.Unknown);
        (await world.StateAsync("2025-03-10T20:00:00+01:00")).State.ShouldBe(ParkState.Unknown);
        (await world.Harness.Hours.AtAsync(At("2025-03-10T11:00:00Z"), At("2025-03-10T09:29:00Z"), CancellationToken.None))[world.ParkId].State.ShouldBe(ParkState.Open);
        // What was published of a day that is over may drop out without meaning anything.
        (await world.DayAsync("2025-03-09")).IsKnown.ShouldBeTrue();
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(0);

        world.Move("2025-03-10T09:40:00Z");
        world.Answer(day);
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(1);
        (await world.StateAsync("2025-03-10T12:00:00+01:00")).State.ShouldBe(ParkState.Open);
        (await world.VersionsAsync("2025-03-10")).ShouldBe([1, 0, 1]);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_kept_raw_and_the_others_live()
    {
        var good = Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00");
        var bad = Entry("2025-03-10", "TICKETED_EVENT", "2025-03-10 25:00", "2025-03-10T23:00:00+01:00");
        await using var world = await WorldAsync(good, bad);
        (await world.StateAsync("2025-03-10T12:00:00+01:00")).State.ShouldBe(ParkState.Open);
        (await world.StateAsync("2025-03-10T20:00:00+01:00")).State.ShouldBe(ParkState.Unknown);
        var raw = (await world.Harness.QueryAsync<string>("SELECT unreadable FROM park_schedule_versions")).Single();
        raw.ShouldContain("INVALID_TIME");
        raw.ShouldContain("25:00");
        var again = await world.Harness.SyncAsync();
        (again.ChangedDates, again.Quarantined).ShouldBe((0, 1));
        world.Harness.Job.Lines.ShouldContain(l => l.Text.Contains("25:00", StringComparison.Ordinal));

        world.Answer(good);
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(1);
        (await world.StateAsync("2025-03-10T20:00:00+01:00")).State.ShouldBe(ParkState.Closed);
    }

    [Fact]
    public async Task While_an_entry_has_no_readable_date_no_day_vanishes()
    {
        await using var world = await WorldAsync(Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00"));
        world.Answer("""{"date":"tenth of March","type":"OPERATING"}""");
        var result = await world.Harness.SyncAsync();
        (result.ChangedDates, result.Quarantined).ShouldBe((0, 1));
        (await world.StateAsync("2025-03-10T12:00:00+01:00")).State.ShouldBe(ParkState.Open);
    }

    [Fact]
    public async Task The_order_of_the_entries_is_no_change_and_everything_else_is()
    {
        var late = Entry("2025-03-10", "EXTRA_HOURS", "2025-03-10T20:00:00+01:00", "2025-03-10T22:00:00+01:00");
        var main = Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00");
        await using var world = await WorldAsync(late, main);
        world.Answer(main, late);
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(0);
        foreach (var change in new[] { ",\"description\":\"Late\"", ",\"purchases\":[{\"price\":{\"amount\":2100,\"currency\":\"USD\"}}]", ",\"crowd\":3" })
        {
            world.Answer(main[..^1] + change + "}", late);
            (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(1, change);
        }

        (await world.Harness.QueryAsync<string>("SELECT purchases FROM park_schedules WHERE purchases IS NOT NULL")).ShouldBe(["""[{"price":{"amount":2100,"currency":"USD"}}]"""]);
        (await world.Harness.QueryAsync<string>("SELECT extra FROM park_schedules WHERE extra IS NOT NULL")).ShouldBe(["""{"crowd":3}"""]);
        world.Answer(main, late, main);
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(1);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_puts_no_newer_statement_behind_an_older_one()
    {
        await using var world = await WorldAsync(Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00"));
        // As a clock an hour ahead would have left it.
        await world.Harness.QueryAsync<int>("UPDATE park_schedule_versions SET observed_at = '2025-03-10 10:00:00'; UPDATE park_schedules SET observed_at = '2025-03-10 10:00:00'; SELECT 1");
        world.Answer(Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T21:00:00+01:00"));
        (await world.Harness.SyncAsync()).ChangedDates.ShouldBe(1);
        (await world.StateAsync("2025-03-10T20:00:00+01:00")).State.ShouldBe(ParkState.Open);
    }

    [Fact]
    public async Task A_day_of_another_month_and_an_enormous_entry_are_counted_and_not_kept()
    {
        var enormous = Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00")[..^1] + ",\"purchases\":[\"" + new string('x', 300_000) + "\"]}";
        await using var world = await WorldAsync(enormous, Entry("2026-01-10", "OPERATING", "2026-01-10T10:00:00+01:00", "2026-01-10T18:00:00+01:00"));
        world.Harness.Job.Lines.Count(l => l.Text.Contains("OUTSIDE_MONTH", StringComparison.Ordinal)).ShouldBe(1);
        world.Harness.Job.Lines.Count(l => l.Text.Contains("TOO_LARGE", StringComparison.Ordinal)).ShouldBe(1);
        (await world.Harness.QueryAsync<DateOnly>("SELECT local_date FROM park_schedule_versions")).ShouldBe([Day]);
        (await world.StateAsync("2025-03-10T12:00:00+01:00")).State.ShouldBe(ParkState.Unknown);
    }

    [Fact]
    public async Task Each_park_has_its_own_today()
    {
        await using var world = await WorldAsync(Entry("2025-03-10", "OPERATING", "2025-03-10T10:00:00+01:00", "2025-03-10T18:00:00+01:00"));
        var east = await world.Harness.KnowAsync("dddddddd-0000-4000-8000-000000000002", "aaaaaaaa-0000-4000-8000-000000000002", "Pacific/Kiritimati");
        var west = await world.Harness.KnowAsync("dddddddd-0000-4000-8000-000000000002", "aaaaaaaa-0000-4000-8000-000000000003", "Pacific/Pago_Pago");
        var hours = await world.Harness.Hours.AtAsync(At("2025-03-10T10:30:00Z"), CancellationToken.None);
        (hours[east].LocalDate, hours[world.ParkId].LocalDate, hours[west].LocalDate).ShouldBe((new DateOnly(2025, 3, 11), Day, new DateOnly(2025, 3, 9)));
    }

    private static string Entry(string date, string type, string? opens, string? closes) =>
        $$"""{"date":"{{date}}","type":"{{type}}"{{(opens is null ? "" : $",\"openingTime\":\"{opens}\",\"closingTime\":\"{closes}\"")}}}""";

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>One park, synchronised with these entries.</summary>
    private static async Task<World> WorldAsync(params string[] entries)
    {
        var time = new ManualTime();
        time.Advance(At("2025-03-10T09:00:00Z") - time.GetUtcNow());
        var server = await StubUpstream.StartAsync(time);
        var harness = await ScheduleHarness.StartAsync(server.BaseAddress, time);
        var world = new World(time, server, harness, await harness.KnowAsync(Destination, Park, "Europe/Berlin"));
        world.Answer(entries);
        await harness.SyncAsync();
        return world;
    }

    private sealed record World(ManualTime Time, StubUpstream Server, ScheduleHarness Harness, int ParkId) : IAsyncDisposable
    {
        public void Move(string to) => Time.Advance(At(to) - Time.GetUtcNow());

        /// <summary>The months of these entries, and the current one when there are none; other months are empty.</summary>
        public void Answer(params string[] entries) => Server.Answer = (http, _) =>
        {
            var parts = http.Request.Path.Value!.Split('/');
            var month = $"\"date\":\"{parts[^2]}-{parts[^1]}-";
            var first = parts[^1] == Time.GetUtcNow().ToString("MM", CultureInfo.InvariantCulture);
            // What names no date of the coming months is in the first document.
            var listed = entries.Where(e => e.Contains(month, StringComparison.Ordinal) || (first && !e.Contains("\"date\":\"2025-", StringComparison.Ordinal)));
            return StubUpstream.JsonAsync(http, $$"""{"id":"{{Destination}}","parks":[{"id":"{{Park}}","timezone":"Europe/Berlin","schedule":[{{string.Join(',', listed)}}]}]}""");
        };

        public async Task<(ParkState State, string? Opens, string? Closes)> StateAsync(string at)
        {
            var now = (await Harness.Hours.AtAsync(At(at), CancellationToken.None))[ParkId];
            return (now.State, Text(now.OpensAt), Text(now.ClosesAt));

            static string? Text(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        public async Task<PublishedDay> DayAsync(string date)
        {
            var day = DateOnly.Parse(date, CultureInfo.InvariantCulture);
            return (await Harness.Hours.DaysAsync(ParkId, day, day, null, CancellationToken.None)).Single();
        }

        public Task<IReadOnlyList<int>> VersionsAsync(string date) =>
            Harness.QueryAsync<int>("SELECT entries FROM park_schedule_versions WHERE local_date = @date ORDER BY observed_at", new { date });

        public async ValueTask DisposeAsync()
        {
            await Harness.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
