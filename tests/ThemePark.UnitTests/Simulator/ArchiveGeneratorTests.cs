using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator;

[Collection(GeneratedArchive.Name)]
public sealed class ArchiveGeneratorTests(ArchiveFixture archive)
{
    private static readonly OffsetDateTimePattern LocalTime = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:sso<+HH:mm>");

    [Fact]
    public void The_sample_has_three_destinations_eight_parks_and_sixty_days()
    {
        archive.Report.Destinations.Count.ShouldBe(3);
        archive.Report.Destinations.Sum(d => d.Parks.Count).ShouldBe(8);
        archive.Report.FirstDay.ShouldBe(new DateOnly(2025, 10, 2));
        archive.Report.LastDay.ShouldBe(new DateOnly(2025, 11, 30));
        archive.Report.Destinations.Select(d => d.TimeZone).ShouldBe(["America/New_York", "Asia/Tokyo", "Europe/Berlin"]);
        archive.Report.Good.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public void Every_object_is_reported_and_every_reported_object_exists()
    {
        var written = Directory.EnumerateFiles(archive.Out, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(archive.Out, f));
        var reported = archive.Report.Files.Select(f => f.Key).Concat(archive.Report.Skipped.Select(s => s.Key));
        written.Order(StringComparer.Ordinal).ShouldBe(reported.Order(StringComparer.Ordinal));
        foreach (var file in archive.Report.Files)
        {
            file.Key.ShouldBe(string.Create(CultureInfo.InvariantCulture, $"{file.Destination}/{file.Day:yyyy/MM/dd}.json.gz"));
            archive.Raw(file).Length.ShouldBe((int)file.Bytes);
        }

        var missing = archive.Report.Destinations.Sum(d => d.MissingDays.Count);
        missing.ShouldBe(1);
        archive.Report.Files.Count.ShouldBe((3 * 60) - missing);
    }

    [Fact]
    public void Destinations_are_listed_in_upstreams_shape()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(archive.Out, "destinations.json")));
        var listed = json.RootElement.GetProperty("destinations").EnumerateArray().ToList();
        listed.Select(d => d.GetProperty("id").GetString()).ShouldBe(archive.Report.Destinations.Select(d => d.Id));
        listed.SelectMany(d => d.GetProperty("parks").EnumerateArray()).Select(p => p.GetProperty("name").GetString())
            .ShouldBe(archive.Report.Destinations.SelectMany(d => d.Parks).Select(p => p.Name));
        listed.ShouldAllBe(d => d.GetProperty("slug").GetString()!.Length > 0 && d.GetProperty("name").GetString()!.Length > 0);
    }

    [Fact]
    public void Counts_of_the_report_are_those_of_the_files()
    {
        foreach (var file in archive.Report.Files.Where(f => !f.Fails))
        {
            var events = archive.Events(file).ToList();
            var placeable = events.Where(Placeable).ToList();
            var last = placeable.GroupBy(e => (Text(e, "entityId"), Text(e, "eventTime"))).Select(g => g.Last()).ToList();
            events.Count.ShouldBe(file.Listed, file.Key);
            last.Count.ShouldBe(file.Good, file.Key);
            (placeable.Count - last.Count).ShouldBe(file.Duplicates, file.Key);
            (events.Count - placeable.Count).ShouldBe(file.Rejected, file.Key);
            var waits = last.Select(Standby).OfType<int>().ToList();
            waits.Count.ShouldBe(file.StandbyReadings, file.Key);
            waits.Sum(w => (long)w).ShouldBe(file.StandbyMinutes, file.Key);
            if (last.Count > 0)
            {
                last.Min(e => Instant(e)).ShouldBe(file.FirstEvent!.Value);
                last.Max(e => Instant(e)).ShouldBe(file.LastEvent!.Value);
            }
        }
    }

    [Fact]
    public void Entities_of_the_report_are_those_of_the_files()
    {
        foreach (var destination in archive.Report.Destinations)
        {
            archive.Report.Files.Where(f => !f.Fails && f.Destination == destination.Id).SelectMany(f => archive.Events(f)).Where(Placeable)
                .Select(e => Text(e, "entityId")!).Distinct().Order(StringComparer.Ordinal).ShouldBe(destination.Entities);
        }
    }

    [Fact]
    public void A_clean_event_is_the_documented_record()
    {
        string[] known = ["entityId", "internalId", "name", "data", "eventTime", "localTime", "timezone", "parkId", "parkSlug"];
        var clean = archive.Report.Files.First(f => f.Kind is null && f.Ugly.Count == 0);
        foreach (var e in archive.Events(clean))
        {
            e.EnumerateObject().Select(p => p.Name).ShouldBe(known);
            Guid.TryParseExact(Text(e, "entityId"), "D", out _).ShouldBeTrue();
            Guid.TryParseExact(Text(e, "parkId"), "D", out _).ShouldBeTrue();
            e.GetProperty("internalId").ValueKind.ShouldBe(JsonValueKind.String);
            Text(e, "eventTime")!.Length.ShouldBe(24);
            var data = e.GetProperty("data");
            data.GetProperty("destinationId").GetString().ShouldBe(clean.Destination);
            data.EnumerateObject().Select(p => p.Name).ShouldBeSubsetOf(["status", "queue", "showtimes", "destinationId"]);
        }
    }

    [Fact]
    public void Local_times_agree_with_instant_and_zone_except_where_reported()
    {
        var wrong = 0;
        foreach (var e in archive.AllEvents().Where(Placeable))
        {
            var zone = DateTimeZoneProviders.Tzdb[Text(e, "timezone")!];
            var local = LocalTime.Parse(Text(e, "localTime")!).Value;
            var instant = NodaTime.Instant.FromDateTimeOffset(Instant(e));
            local.ToInstant().ToUnixTimeSeconds().ShouldBe(instant.ToUnixTimeSeconds());
            wrong += zone.GetUtcOffset(instant) == local.Offset ? 0 : 1;
        }

        wrong.ShouldBe(archive.Report.Ugly[UglyEvent.OffsetMismatch]);
    }

    [Theory]
    [InlineData("America/New_York", "2025-11-02T05:00:00Z", "2025-11-02T07:00:00Z", "-04:00", "-05:00")]
    [InlineData("Europe/Berlin", "2025-10-26T00:00:00Z", "2025-10-26T02:00:00Z", "+02:00", "+01:00")]
    public void The_repeated_hour_has_events_under_both_offsets(string zone, string from, string to, string before, string after)
    {
        var night = archive.AllEvents().Where(Placeable)
            .Where(e => Text(e, "timezone") == zone && Instant(e) >= Parse(from) && Instant(e) < Parse(to))
            .ToLookup(e => Text(e, "localTime")![^6..], e => Text(e, "localTime")![..13]);
        night[before].ShouldNotBeEmpty();
        night[after].ShouldNotBeEmpty();
        night[before].Intersect(night[after]).ShouldNotBeEmpty();
    }

    [Fact]
    public void Files_hold_the_utc_day_of_their_key()
    {
        foreach (var file in archive.Report.Files.Where(f => f.Good > 0))
        {
            DateOnly.FromDateTime(file.FirstEvent!.Value.UtcDateTime).ShouldBe(file.Day);
            DateOnly.FromDateTime(file.LastEvent!.Value.UtcDateTime).ShouldBe(file.Day);
        }
    }

    [Fact]
    public async Task Files_hold_the_local_day_when_asked()
    {
        var root = Directory.CreateTempSubdirectory("tp-local-");
        try
        {
            var report = await ArchiveGenerator.GenerateAsync(
                new GeneratorOptions { Out = Path.Combine(root.FullName, "a"), Destinations = 2, Days = 3, Ugly = false, LocalDayFiles = true });
            report.Files.Count.ShouldBe(6);
            foreach (var file in report.Files)
            {
                var text = ArchiveFixture.Inflate(await File.ReadAllBytesAsync(Path.Combine(root.FullName, "a", file.Key)), null);
                using var json = JsonDocument.Parse(text);
                json.RootElement.GetProperty("events").EnumerateArray()
                    .ShouldAllBe(e => Text(e, "localTime")!.StartsWith(file.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal));
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static bool Placeable(JsonElement e) =>
        Guid.TryParseExact(Text(e, "entityId"), "D", out _)
        && DateTimeOffset.TryParse(Text(e, "eventTime"), CultureInfo.InvariantCulture, out var at)
        && at.Year < 2096;

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset Instant(JsonElement e) => Parse(Text(e, "eventTime")!);

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static int? Standby(JsonElement e) =>
        e.GetProperty("data") is { ValueKind: JsonValueKind.Object } data
        && data.TryGetProperty("queue", out var queue) && StandbyPart(queue) is { ValueKind: JsonValueKind.Object } standby
        && standby.GetProperty("waitTime") is { ValueKind: JsonValueKind.Number } wait ? wait.GetInt32() : null;

    private static JsonElement? StandbyPart(JsonElement queue) => queue.ValueKind switch
    {
        JsonValueKind.Object when queue.TryGetProperty("STANDBY", out var part) => part,
        JsonValueKind.Array => queue.EnumerateArray().Where(p => p.GetProperty("type").GetString() == "STANDBY").Select(p => (JsonElement?)p).SingleOrDefault(),
        _ => null,
    };
}
