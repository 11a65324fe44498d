using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Polling;

/// <summary>Two days of polls with everything upstream can do wrong, compared row by row with what the simulator really served.</summary>
public sealed class TwoDaysTests
{
    private const int Minutes = 5;
    private static readonly DateTimeOffset Start = new(2026, 3, 7, 0, 2, 0, TimeSpan.Zero);

    [Fact]
    public async Task After_48_hours_nothing_is_lost_nothing_invented_and_the_gaps_are_where_they_were()
    {
        await using var scene = await LiveScene.StartAsync(Start);
        var process = scene.Process();
        await LiveScene.CollectAsync(process);
        var destinations = (await scene.QueryAsync<(int Id, Guid Uuid)>("SELECT destination_id, uuid FROM destinations ORDER BY destination_id")).ToList();
        destinations.Count.ShouldBe(2);
        var (first, second) = (destinations[0], destinations[1]);
        Break(scene.Upstream.Faults, LiveFaultKind.Unavailable, 12, 0, 20, first.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.TooManyRequests, 14, 0, 10, null);
        Break(scene.Upstream.Faults, LiveFaultKind.HtmlBody, 16, 0, 5, second.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.EmptyLiveData, 20, 0, 15, first.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.DuplicateRows, 21, 0, 30, null);
        Break(scene.Upstream.Faults, LiveFaultKind.Frozen, 22, 0, 60, second.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.MalformedRow, 26, 0, 10, first.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.MissingId, 26, 30, 10, first.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.NullQueue, 27, 0, 30, null);
        Break(scene.Upstream.Faults, LiveFaultKind.UnknownStatus, 28, 0, 30, second.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.Truncated, 30, 0, 10, second.Uuid);
        Break(scene.Upstream.Faults, LiveFaultKind.Reset, 31, 0, 5, first.Uuid);

        for (var minute = Minutes; minute < 48 * 60; minute += Minutes)
        {
            if (minute == 24 * 60)
            {
                // Another process goes on where this one was.
                process = scene.Process();
            }

            // Half an hour in which nobody of ours was there.
            if (minute is < 600 or >= 630)
            {
                scene.Clock.MoveTo(Start.AddMinutes(minute));
                await LiveScene.CollectAsync(process);
            }
        }

        scene.Upstream.Served.Dropped.ShouldBe(0);
        var expected = Served(scene.Upstream.Served.All);
        expected.Count.ShouldBeGreaterThan(20_000);
        var held = await HeldAsync(scene);
        held.Except(expected).Take(5).ShouldBeEmpty("invented");
        expected.Except(held).Take(5).ShouldBeEmpty("lost");
        held.Count.ShouldBe(expected.Count);

        await ShouldHaveGapsAsync(scene, process, first.Id, (10, 0, 30, "COLLECTION_FAILURE"), (12, 0, 20, "API_UNAVAILABLE"), (14, 0, 10, "RATE_LIMITED"), (31, 0, 5, "API_UNAVAILABLE"));
        await ShouldHaveGapsAsync(scene, process, second.Id, (10, 0, 30, "COLLECTION_FAILURE"), (14, 0, 10, "RATE_LIMITED"), (16, 0, 5, "INVALID_DATA"), (30, 0, 10, "INVALID_DATA"));
        await ShouldAddUpAsync(scene);
        (await scene.QueryAsync<DateTime>("SELECT slot FROM collection_runs WHERE park_losses IS NOT NULL ORDER BY slot")).ShouldBe([At(20, 0)], "the empty answers, when the rows went");
    }

    private static void Break(LiveFaultPlan plan, LiveFaultKind kind, int hour, int minute, int length, Guid? destination) => plan.Add(new LiveFault(kind)
    {
        Path = "*/live*",
        Destination = destination?.ToString(),
        From = Slot(hour, minute),
        Until = Slot(hour, minute).AddMinutes(length),
        Rows = 2,
        // It holds back everybody; the others are to be seen at work beside an outage.
        RetryAfter = kind == LiveFaultKind.TooManyRequests ? TimeSpan.FromSeconds(30) : null,
    });

    private static DateTimeOffset Slot(int hour, int minute) => new(At(hour, minute));

    private static DateTime At(int hour, int minute) => DateTime.SpecifyKind(Start.UtcDateTime.Date.AddHours(hour).AddMinutes(minute), DateTimeKind.Utc);

    private static async Task ShouldHaveGapsAsync(LiveScene scene, ServiceProvider process, int destination, params (int Hour, int Minute, int Length, string Reason)[] expected) =>
        (await LiveScene.GapsAsync(process, destination, Start.UtcDateTime.AddDays(-1), scene.Clock.GetUtcNow().UtcDateTime))
            .ShouldBe(expected.Select(g => new LiveGap(At(g.Hour, g.Minute), At(g.Hour, g.Minute).AddMinutes(g.Length), g.Reason, g.Length / Minutes)));

    /// <summary>Ledger, runs and rows tell one story.</summary>
    private static async Task ShouldAddUpAsync(LiveScene scene)
    {
        var rows = await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots");
        (await scene.OneAsync<long>("SELECT SUM(row_count) FROM snapshot_days WHERE data_source = 1")).ShouldBe(rows);
        (await scene.OneAsync<long>("SELECT SUM(snapshots) FROM collection_runs")).ShouldBe(rows);
        (await scene.OneAsync<long>("SELECT SUM(queue_count) FROM snapshot_days")).ShouldBe(await scene.OneAsync<long>("SELECT COUNT(*) FROM queue_data"));
        (await scene.OneAsync<long>("SELECT SUM(show_count) FROM snapshot_days")).ShouldBe(await scene.OneAsync<long>("SELECT COUNT(*) FROM show_times"));
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM ride_status_snapshots WHERE data_source <> 1")).ShouldBe(0);
        (await scene.OneAsync<long>("SELECT SUM(duplicates) FROM collection_runs")).ShouldBeGreaterThan(0);
        (await scene.OneAsync<long>("SELECT SUM(quarantined) FROM collection_runs")).ShouldBe(4, "two rows without an id in two polls");
        (await scene.OneAsync<long>("SELECT SUM(quarantined) FROM collection_runs"))
            .ShouldBe(await scene.OneAsync<long>("SELECT COALESCE(SUM(occurrences), 0) FROM collection_quarantine"));
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM collection_runs WHERE simulated = 0 AND outcome = 'OK'")).ShouldBe(0);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM live_entities WHERE ride_id IS NOT NULL AND entity_type IN ('PARK', 'RESTAURANT', 'HOTEL')")).ShouldBe(0);
        (await scene.OneAsync<long>("SELECT COUNT(DISTINCT part) FROM live_parts WHERE part IN ('operatingHours', 'diningAvailability', 'forecast')")).ShouldBe(3);
    }

    /// <summary>What upstream said of things to ride, read by another reader than ours.</summary>
    private static HashSet<string> Served(IReadOnlyList<ServedAnswer> answers)
    {
        var bodies = new Dictionary<string, ReadOnlyMemory<byte>>();
        var facts = new HashSet<string>();
        foreach (var answer in answers.Where(a => a.Path.EndsWith("/live", StringComparison.Ordinal)))
        {
            if (answer is { Status: 200, ETag: { } tag })
            {
                bodies[answer.Path + tag] = answer.Body;
            }

            var spoiltWhole = answer.Fault is LiveFaultKind.HtmlBody or LiveFaultKind.Truncated or LiveFaultKind.Reset;
            if (answer.Status is 200 or 304 && !spoiltWhole)
            {
                var slot = answer.At.UtcDateTime.AddMinutes(-(answer.At.Minute % Minutes)).AddSeconds(-answer.At.Second);
                Read(answer.Status == 200 ? answer.Body : bodies[answer.Path + answer.ETag], slot, facts);
            }
        }

        return facts;
    }

    private static void Read(ReadOnlyMemory<byte> body, DateTime slot, HashSet<string> facts)
    {
        using var json = JsonDocument.Parse(body);
        var last = new Dictionary<string, JsonElement>();
        foreach (var row in json.RootElement.GetProperty("liveData").EnumerateArray())
        {
            if (row.GetProperty("entityType").GetString() is "ATTRACTION" or "SHOW" && row.TryGetProperty("id", out var id))
            {
                // Of two rows of one entity the last counts.
                last[id.GetString()!] = row;
            }
        }

        foreach (var (id, row) in last)
        {
            var status = row.TryGetProperty("status", out var s) ? s.GetString() : null;
            var known = status is "OPERATING" or "DOWN" or "CLOSED" or "REFURBISHMENT" ? status : "-";
            var queue = row.TryGetProperty("queue", out var q) && q.ValueKind == JsonValueKind.Object ? q : default;
            var wait = queue.ValueKind == JsonValueKind.Object && queue.TryGetProperty("STANDBY", out var standby) ? Text(standby, "waitTime") : "-";
            facts.Add($"{id} {slot:yyyy-MM-dd HH:mm:ss} {known} {wait}");
            foreach (var other in queue.ValueKind == JsonValueKind.Object ? queue.EnumerateObject().Where(o => o.Name != "STANDBY") : [])
            {
                facts.Add($"{id} {slot:yyyy-MM-dd HH:mm:ss} {other.Name} {Queue(other.Value)}");
            }
        }
    }

    private static string Queue(JsonElement queue)
    {
        var price = queue.TryGetProperty("price", out var p) && p.ValueKind == JsonValueKind.Object ? p : default;
        return string.Join(
            ' ',
            Text(queue, "waitTime"),
            queue.TryGetProperty("state", out _) ? Text(queue, "state") : Text(queue, "allocationStatus"),
            Instant(queue, "returnStart"),
            Instant(queue, "returnEnd"),
            price.ValueKind == JsonValueKind.Object ? Text(price, "amount") : "-",
            Text(queue, "currentGroupStart"),
            Text(queue, "currentGroupEnd"),
            Instant(queue, "nextAllocationTime"),
            Text(queue, "estimatedWait"));
    }

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "-";

    private static string Instant(JsonElement row, string name) => Text(row, name) is var text && text == "-"
        ? "-"
        : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static async Task<HashSet<string>> HeldAsync(LiveScene scene) =>
    [
        .. await scene.QueryAsync<string>(
            """
            SELECT CONCAT_WS(' ', e.entity_uuid, DATE_FORMAT(s.recorded_at, '%Y-%m-%d %H:%i:%s'),
                COALESCE(ELT(s.status, 'OPERATING', 'DOWN', 'CLOSED', 'REFURBISHMENT'), '-'), COALESCE(s.wait_minutes, '-'))
            FROM ride_status_snapshots AS s
            INNER JOIN live_entities AS e ON e.ride_id = s.ride_id
            """),
        .. await scene.QueryAsync<string>(
            """
            SELECT CONCAT_WS(' ', e.entity_uuid, DATE_FORMAT(q.recorded_at, '%Y-%m-%d %H:%i:%s'),
                ELT(q.queue_type, '', 'SINGLE_RIDER', 'RETURN_TIME', 'PAID_RETURN_TIME', 'BOARDING_GROUP', 'PAID_STANDBY'),
                COALESCE(q.wait_minutes, '-'), COALESCE(ELT(q.state, 'AVAILABLE', 'TEMP_FULL', 'FINISHED', 'PAUSED', 'CLOSED'), '-'),
                COALESCE(DATE_FORMAT(q.return_start, '%Y-%m-%d %H:%i:%s'), '-'), COALESCE(DATE_FORMAT(q.return_end, '%Y-%m-%d %H:%i:%s'), '-'),
                COALESCE(q.price_minor, '-'), COALESCE(q.group_start, '-'), COALESCE(q.group_end, '-'),
                COALESCE(DATE_FORMAT(q.next_allocation_at, '%Y-%m-%d %H:%i:%s'), '-'), COALESCE(q.estimated_wait, '-'))
            FROM queue_data AS q
            INNER JOIN live_entities AS e ON e.ride_id = q.ride_id
            """),
    ];
}
