using System.Globalization;
using System.Text;
using ThemePark.Modules.Collection.Upstream;

namespace ThemePark.UnitTests.Collection.Upstream;

/// <summary>Live documents by hand, in upstream's shapes.</summary>
internal static class LiveDocuments
{
    public const string Park = "22222222-2222-2222-2222-222222222222";
    public const string Updated = "2026-04-14T13:16:02Z";
    public static readonly LiveReading Asked = new(
        Guid.Parse("33333333-3333-3333-3333-333333333333"), new DateTimeOffset(2026, 4, 14, 22, 30, 0, TimeSpan.Zero));

    public static string Id(int n) => string.Create(CultureInfo.InvariantCulture, $"11111111-1111-1111-1111-{n:000000000000}");

    public static Guid Uuid(int n) => Guid.Parse(Id(n));

    /// <summary>A row with everything upstream requires; <paramref name="more"/> begins with a comma.</summary>
    public static string Row(int n, string more = "", string status = "\"OPERATING\"", string type = "ATTRACTION") =>
        $$"""{"id":"{{Id(n)}}","name":"Ride {{n}}","entityType":"{{type}}","parkId":"{{Park}}","externalId":"x{{n}}","status":{{status}}{{more}},"lastUpdated":"{{Updated}}"}""";

    public static string Document(params string[] rows) =>
        $$"""{"id":"{{Asked.Destination}}","name":"Resort","entityType":"DESTINATION","timezone":"America/New_York","liveData":[{{string.Join(',', rows)}}]}""";

    /// <summary>Every part there is.</summary>
    public static string Rich() => Document(
        Row(1, ""","queue":{"STANDBY":{"waitTime":20}},"operatingHours":[{"type":"Operating","startTime":"2026-04-14T09:00:00-04:00","endTime":"2026-04-14T20:15:00-04:00"}]"""),
        Row(2, ""","queue":{"STANDBY":{"waitTime":null},"SINGLE_RIDER":{"waitTime":5},"RETURN_TIME":{"state":"AVAILABLE","returnStart":"2026-04-14T19:00:00-04:00","returnEnd":null}}"""),
        Row(3, ""","queue":{"PAID_RETURN_TIME":{"state":"FINISHED","returnStart":null,"returnEnd":null,"price":{"amount":2100,"currency":"USD","formatted":"$21.00"}}},"forecast":[{"time":"2026-04-14T09:00:00-04:00","waitTime":30,"percentage":40}]"""),
        Row(4, ""","queue":{"BOARDING_GROUP":{"allocationStatus":"PAUSED","currentGroupStart":4,"currentGroupEnd":9,"nextAllocationTime":null,"estimatedWait":null},"PAID_STANDBY":{"waitTime":null}}"""),
        Row(5, ""","showtimes":[{"type":"Performance Time","startTime":"2026-04-14T11:05:00-04:00","endTime":"2026-04-14T11:05:00-04:00"}]""", type: "SHOW"),
        Row(6, ""","diningAvailability":[{"partySize":2,"waitTime":10}]""", type: "RESTAURANT"),
        $$$"""{"id":"{{{Park}}}","name":"The Park","entityType":"PARK","parkId":null,"externalId":"p","status":"OPERATING","queue":{"STANDBY":{"waitTime":null}},"lastUpdated":"2024-05-14T00:00:00Z"}""");

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static LivePoll Read(string document) => LiveReader.Read(Utf8(document), Asked);

    public static LivePoll ReadRows(params string[] rows) => Read(Document(rows));

    /// <summary>The raw JSON of every part of an entity, by name.</summary>
    public static Dictionary<string, string> PartsOf(LivePoll poll, string document, int entity) => poll.Parts
        .Where(p => p.Entity == entity)
        .ToDictionary(p => p.Name, p => Encoding.UTF8.GetString(Utf8(document).AsSpan(p.Start, p.Length)));
}
