using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator;

[Collection(GeneratedArchive.Name)]
public sealed class UglyArchiveTests(ArchiveFixture archive)
{
    private static readonly string[] Statuses = ["OPERATING", "DOWN", "CLOSED", "REFURBISHMENT"];
    private static readonly string[] Queues =
        ["STANDBY", "SINGLE_RIDER", "RETURN_TIME", "PAID_RETURN_TIME", "BOARDING_GROUP", "PAID_STANDBY", "measuredBy"];

    [Fact]
    public void Every_kind_of_file_occurs_once()
    {
        var kinds = archive.Report.Files.Where(f => f.Kind is not null).Select(f => f.Kind!.Value).Order().ToList();
        kinds.ShouldBe(Enum.GetValues<UglyFile>().Where(k => k != UglyFile.Missing));
        archive.Report.Files.Count(f => f.Fails).ShouldBe(5);
    }

    [Fact]
    public void Files_are_broken_in_the_way_reported()
    {
        FileReport Of(UglyFile kind) => archive.Report.Files.Single(f => f.Kind == kind);

        archive.Raw(Of(UglyFile.Gzip))[..2].ShouldBe([0x1F, 0x8B]);
        archive.Raw(Of(UglyFile.Plain))[0].ShouldBe((byte)'{');
        archive.Text(Of(UglyFile.BareArray))[0].ShouldBe((byte)'[');
        archive.Text(Of(UglyFile.NoEvents)).ShouldBe("""{"events":[]}"""u8.ToArray());
        archive.Raw(Of(UglyFile.Empty)).ShouldBeEmpty();
        JsonDocument.Parse(archive.Text(Of(UglyFile.NoEventsProperty))).RootElement.TryGetProperty("events", out _).ShouldBeFalse();
        JsonDocument.Parse(archive.Text(Of(UglyFile.ExtraRootProperties))).RootElement.EnumerateObject().Count().ShouldBe(4);
        Should.Throw<Exception>(() => JsonDocument.Parse(archive.Text(Of(UglyFile.Corrupt)))).ShouldBeOfType<InvalidDataException>();
        Should.Throw<Exception>(() => JsonDocument.Parse(archive.Text(Of(UglyFile.Truncated))));
        var first = new MemoryStream();
        using (var both = new MemoryStream(archive.Raw(Of(UglyFile.Concatenated))))
        using (var stream = new ZLibStream(both, CompressionMode.Decompress))
        {
            stream.CopyTo(first);
        }

        // Whether a reader sees one document or two of them, neither is the day.
        var text = System.Text.Encoding.UTF8.GetString(first.ToArray());
        var documents = text.Split("""{"events":[""").Length - 1;
        documents.ShouldBeInRange(1, 2);
    }

    [Fact]
    public void All_other_files_are_zlib()
    {
        foreach (var file in archive.Report.Files.Where(f => f.Kind is null))
        {
            var raw = archive.Raw(file);
            raw[0].ShouldBe((byte)0x78);
            (((raw[0] << 8) | raw[1]) % 31).ShouldBe(0);
        }
    }

    [Fact]
    public void Every_kind_of_event_occurs_exactly_as_often_as_reported()
    {
        foreach (var kind in Enum.GetValues<UglyEvent>())
        {
            archive.Report.Ugly.GetValueOrDefault(kind).ShouldBeGreaterThan(0, kind.ToString());
        }

        var parks = archive.Report.Destinations.SelectMany(d => d.Parks).ToDictionary(p => p.Id);
        var homes = archive.AllEvents().Where(e => e.TryGetProperty("entityId", out _)).GroupBy(e => e.GetProperty("entityId").GetString() ?? "")
            .ToDictionary(g => g.Key, g => g.GroupBy(e => e.GetProperty("parkId").GetString()).MaxBy(p => p.Count())!.Key);
        foreach (var file in archive.Report.Files.Where(f => !f.Fails))
        {
            var found = archive.Events(file).SelectMany(e => Kinds(e, homes, parks)).GroupBy(k => k).ToDictionary(g => g.Key, g => g.Count());
            var duplicates = archive.Events(file).GroupBy(e => (Text(e, "entityId"), Text(e, "eventTime")))
                .Where(g => g.Key.Item1 is { Length: 36 } && g.Key.Item2 is { Length: 24 }).Sum(g => g.Count() - 1);
            if (duplicates > 0)
            {
                found[UglyEvent.DuplicateInstant] = duplicates;
            }

            found.OrderBy(f => f.Key).ShouldBe(file.Ugly.OrderBy(f => f.Key), file.Key);
        }
    }

    [Fact]
    public void All_six_queue_types_occur_with_all_their_states_and_prices()
    {
        var states = new HashSet<string>();
        foreach (var e in archive.AllEvents())
        {
            if (Queue(e) is not { ValueKind: JsonValueKind.Object } queue)
            {
                continue;
            }

            foreach (var part in queue.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object))
            {
                foreach (var field in part.Value.EnumerateObject().Where(f => f.Name is "waitTime" or "state" or "allocationStatus" or "price"))
                {
                    states.Add(part.Name + " " + field.Value.ValueKind switch
                    {
                        JsonValueKind.Number => "number",
                        JsonValueKind.Object => Money(field.Value),
                        JsonValueKind.Null => "null",
                        _ => field.Value.GetString(),
                    });
                }
            }
        }

        states.Where(s => !s.StartsWith("VIRTUAL", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(
        [
            "BOARDING_GROUP AVAILABLE", "BOARDING_GROUP CLOSED", "BOARDING_GROUP PAUSED", "BOARDING_GROUP null",
            "PAID_RETURN_TIME AVAILABLE", "PAID_RETURN_TIME EUR", "PAID_RETURN_TIME EUR free", "PAID_RETURN_TIME EUR unpublished",
            "PAID_RETURN_TIME FINISHED", "PAID_RETURN_TIME JPY", "PAID_RETURN_TIME JPY free", "PAID_RETURN_TIME JPY unpublished",
            "PAID_RETURN_TIME TEMP_FULL", "PAID_RETURN_TIME USD", "PAID_RETURN_TIME USD free", "PAID_RETURN_TIME USD unpublished",
            "PAID_RETURN_TIME null", "PAID_STANDBY null", "PAID_STANDBY number", "RETURN_TIME AVAILABLE", "RETURN_TIME FINISHED", "RETURN_TIME TEMP_FULL",
            "SINGLE_RIDER null", "SINGLE_RIDER number", "STANDBY null", "STANDBY number",
        ]);

        static string Money(JsonElement price) => price.GetProperty("currency").GetString() + price.GetProperty("amount") switch
        {
            { ValueKind: JsonValueKind.Null } => " unpublished",
            var amount when amount.GetInt64() == 0 => " free",
            _ => "",
        };
    }

    [Fact]
    public void Showtimes_come_as_objects_and_as_strings()
    {
        var kinds = archive.AllEvents().Select(e => e.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("showtimes", out var shows) && shows.GetArrayLength() > 0 ? shows[0].ValueKind : JsonValueKind.Undefined).Distinct();
        kinds.ShouldBe([JsonValueKind.Undefined, JsonValueKind.Object, JsonValueKind.String], ignoreOrder: true);
    }

    [Fact]
    public void Renames_replacements_and_retirements_are_in_the_events()
    {
        foreach (var destination in archive.Report.Destinations)
        {
            var events = archive.Report.Files.Where(f => !f.Fails && f.Destination == destination.Id).SelectMany(f => archive.Events(f))
                .Where(e => Text(e, "localTime") is not null).ToLookup(e => Text(e, "entityId"));
            foreach (var renamed in destination.Renamed)
            {
                var names = events[renamed.Id].OrderBy(e => Text(e, "localTime"), StringComparer.Ordinal).Select(e => Text(e, "name")).ToList();
                names.Distinct().ShouldBe([renamed.Name, renamed.Overlay]);
                names[^1].ShouldBe(renamed.Name);
            }

            foreach (var replaced in destination.Replaced)
            {
                events[replaced.OldId].Concat(events[replaced.NewId]).ShouldAllBe(e => Text(e, "name") == replaced.Name);
                Day(events[replaced.NewId].First()).ShouldBeGreaterThanOrEqualTo(replaced.From);
                Day(events[replaced.OldId].Last()).ShouldBeLessThanOrEqualTo(replaced.From);
            }

            foreach (var retired in destination.Retired)
            {
                Day(events[retired.Id].Last()).ShouldBeLessThanOrEqualTo(retired.From);
            }

            (destination.Renamed.Count, destination.Replaced.Count, destination.Retired.Count).ShouldBe((1, 1, 1));
        }
    }

    [Fact]
    public void Names_hold_what_confuses_matchers()
    {
        var names = archive.AllEvents().Select(e => Text(e, "name")).Distinct().ToList();
        foreach (var part in new[] { "®", "™", "’", "“", "🏴‍☠️", "é", "Ý".ToLowerInvariant(), "Racer 75 North", "Racer 75 South", "Sky Ride East", "Sky Ride West" })
        {
            names.ShouldContain(n => n!.Contains(part, StringComparison.Ordinal), part);
        }
    }

    /// <summary>Judges the text of one event alone, without the generator's model.</summary>
    private static IEnumerable<UglyEvent> Kinds(JsonElement e, Dictionary<string, string?> homes, Dictionary<string, ParkReport> parks)
    {
        var id = Text(e, "entityId");
        var time = Text(e, "eventTime");
        DateTimeOffset at = default;
        if (string.IsNullOrEmpty(id))
        {
            yield return UglyEvent.MissingEntityId;
        }
        else if (!Guid.TryParseExact(id, "D", out _))
        {
            yield return UglyEvent.InvalidEntityId;
        }
        else if (parks.ContainsKey(id))
        {
            yield return UglyEvent.ParkEntity;
        }
        else if (homes[id] != Text(e, "parkId"))
        {
            yield return UglyEvent.ParkMismatch;
        }

        if (time is null)
        {
            yield return UglyEvent.MissingEventTime;
        }
        else if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out at))
        {
            yield return UglyEvent.InvalidEventTime;
        }
        else if (at.Year > 2090)
        {
            yield return UglyEvent.FutureEventTime;
        }
        else
        {
            var pattern = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:sso<+HH:mm>");
            var zone = DateTimeZoneProviders.Tzdb[Text(e, "timezone")!];
            if (pattern.Parse(Text(e, "localTime")!).Value.Offset != zone.GetUtcOffset(Instant.FromDateTimeOffset(at)))
            {
                yield return UglyEvent.OffsetMismatch;
            }
        }

        var data = e.GetProperty("data");
        if (data.ValueKind == JsonValueKind.Null)
        {
            yield return UglyEvent.DataNull;
            yield break;
        }

        if (data.TryGetProperty("status", out var status) && !Statuses.Contains(status.GetString()))
        {
            yield return UglyEvent.UnknownStatus;
        }

        if (e.TryGetProperty("collector", out _))
        {
            data.TryGetProperty("lastUpdatedBy", out _).ShouldBeTrue();
            data.GetProperty("queue").TryGetProperty("measuredBy", out _).ShouldBeTrue();
            data.GetProperty("queue").GetProperty("STANDBY").TryGetProperty("estimated", out _).ShouldBeTrue();
            yield return UglyEvent.ExtraProperties;
        }

        foreach (var kind in QueueKindsOf(Queue(e)))
        {
            yield return kind;
        }
    }

    private static IEnumerable<UglyEvent> QueueKindsOf(JsonElement? found)
    {
        if (found is not { } queue)
        {
            yield break;
        }

        if (queue.ValueKind != JsonValueKind.Object)
        {
            yield return queue.ValueKind == JsonValueKind.Null ? UglyEvent.QueueNull : UglyEvent.QueueArray;
            yield break;
        }

        if (queue.EnumerateObject().Any(p => !Queues.Contains(p.Name)))
        {
            yield return UglyEvent.UnknownQueueType;
        }

        if (queue.EnumerateObject().Any(p => p.Value.ValueKind == JsonValueKind.Null))
        {
            yield return UglyEvent.QueuePartNull;
        }
        else if (queue.TryGetProperty("STANDBY", out var standby) && standby.GetProperty("waitTime").ValueKind == JsonValueKind.Number)
        {
            switch (standby.GetProperty("waitTime").GetInt32())
            {
                case < 0:
                    yield return UglyEvent.NegativeWait;
                    break;
                case > 1440:
                    yield return UglyEvent.ImpossibleWait;
                    break;
                case >= 480:
                    yield return UglyEvent.ExtremeWait;
                    break;
            }
        }
    }

    private static JsonElement? Queue(JsonElement e) =>
        e.GetProperty("data") is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("queue", out var queue) ? queue : null;

    private static string? Text(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateOnly Day(JsonElement e) => DateOnly.ParseExact(Text(e, "localTime")![..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
