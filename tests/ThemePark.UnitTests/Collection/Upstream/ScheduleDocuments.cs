using ThemePark.Modules.Collection.Upstream;

namespace ThemePark.UnitTests.Collection.Upstream;

/// <summary>Schedules by hand, in upstream's shapes.</summary>
internal static class ScheduleDocuments
{
    public const string Uuid = "22222222-2222-2222-2222-222222222222";

    /// <summary>Two days of everything there is.</summary>
    public static readonly string Rich = string.Join(
        ',',
        Entry("2026-04-14", "09:00:00-04:00", "2026-04-14T22:00:00-04:00", more: ""","purchases":[{"type":"ADMISSION","price":{"amount":42900,"currency":"USD"}}]"""),
        Entry("2026-04-14", "08:30:00-04:00", "2026-04-14T09:00:00-04:00", "TICKETED_EVENT", ""","description":"Early Entry" """),
        Entry("2026-04-15", "20:00:00-04:00", "2026-04-16T01:00:00-04:00", "EXTRA_HOURS"),
        """{"date":"2026-04-15","type":"INFO","openingTime":null,"closingTime":null}""");

    public static string Entry(string date, string opens, string closes, string type = "OPERATING", string more = "") =>
        $$"""{"date":"{{date}}","openingTime":"{{date}}T{{opens}}","closingTime":"{{closes}}","type":"{{type}}"{{more}}}""";

    public static string Park(string entries, string zone = "America/New_York") =>
        $$"""{"id":"{{Uuid}}","name":"The Park","entityType":"PARK","timezone":"{{zone}}","schedule":[{{entries}}]}""";

    public static ScheduleDocument Read(string document) => ScheduleReader.Read(LiveDocuments.Utf8(document));

    public static ScheduleEntry ReadOne(string entry, string zone = "America/New_York")
    {
        var document = Read(Park(entry, zone));
        return document.Quarantine.Count == 0 ? document.Parks.Single().Entries.Single() : throw new InvalidOperationException(document.Quarantine[0].Reason);
    }
}
