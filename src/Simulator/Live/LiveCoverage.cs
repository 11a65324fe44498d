namespace ThemePark.Simulator;

/// <summary><c>/history/coverage</c>: since when what is recorded, and for a park of which entities.</summary>
internal static class LiveCoverage
{
    public static byte[] Entity(LiveRide ride, LivePark park, long nowMs) => LiveJson.Document(json =>
    {
        var (first, last) = (LiveHistory.Day(LiveHistory.First(park)), LiveHistory.Day(park.LocalDateAt(nowMs)));
        var day = park.DayAt(nowMs).Index;
        json.WriteString("id"u8, ride.IdOn(day));
        json.WriteString("name"u8, ride.NameOn(day));
        json.WriteString("entityType"u8, ride.Type);
        LiveHistory.Origin(json, park, park.Model.Id);
        json.WriteString("firstRecordedAt"u8, first);
        json.WriteString("lastRecordedAt"u8, last);
        json.WriteString("retrievableThrough"u8, last);
        json.WriteStartObject("kinds"u8);
        foreach (var field in Fields(ride))
        {
            json.WriteStartObject(field);
            json.WriteString("first"u8, first);
            json.WriteString("last"u8, last);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("knownGaps"u8);
        json.WriteEndArray();
    });

    public static byte[] Park(LivePark park, long nowMs) => LiveJson.Document(json =>
    {
        var first = LiveHistory.First(park);
        var (from, today) = (LiveHistory.Day(first), LiveHistory.Day(park.LocalDateAt(nowMs)));
        var now = park.DayAt(nowMs).Index;
        var rides = park.Entities.OfType<LiveRide>().ToList();
        json.WriteString("id"u8, park.Model.Id);
        json.WriteString("name"u8, park.Model.Name);
        json.WriteString("entityType"u8, "PARK");
        LiveHistory.Origin(json, park, park.Model.Destination.Id);
        json.WriteStartObject("summary"u8);
        json.WriteNumber("entitiesWithData"u8, rides.Count);
        json.WriteString("archiveFrom"u8, from);
        json.WriteString("recordedTo"u8, today);
        json.WriteString("retrievableThrough"u8, today);
        json.WriteString("measuredOn"u8, today);
        json.WriteEndObject();
        json.WriteStartObject("fields"u8);
        foreach (var field in rides.SelectMany(Fields).GroupBy(f => f).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(field.Key);
            json.WriteNumber("entities"u8, field.Count());
            json.WriteString("from"u8, from);
            json.WriteString("newest"u8, today);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("entities"u8);
        foreach (var ride in rides)
        {
            var retired = ride.Model.RetiredFrom is { } day && day <= now ? day : (int?)null;
            json.WriteStartObject();
            json.WriteString("id"u8, ride.IdOn(now));
            json.WriteString("name"u8, ride.NameOn(now));
            json.WriteString("entityType"u8, ride.Type);
            json.WriteString("from"u8, from);
            json.WriteString("newest"u8, retired is { } end ? LiveHistory.Day(first.PlusDays(end - 1)) : today);
            json.WriteStartArray("fields"u8);
            foreach (var field in Fields(ride))
            {
                json.WriteStringValue(field);
            }

            json.WriteEndArray();
            json.WriteBoolean("stillListed"u8, retired is null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static IEnumerable<string> Fields(LiveRide ride)
    {
        if (ride.Model.IsShow)
        {
            yield return "showtimes";
        }

        foreach (var (kind, name) in Queues)
        {
            if (ride.Model.Queues.HasFlag(kind))
            {
                yield return "queue." + name;
            }
        }

        yield return "status";
    }

    private static readonly (QueueKinds Kind, string Name)[] Queues =
    [
        (QueueKinds.Standby, "STANDBY"), (QueueKinds.SingleRider, "SINGLE_RIDER"), (QueueKinds.ReturnTime, "RETURN_TIME"),
        (QueueKinds.PaidReturnTime, "PAID_RETURN_TIME"), (QueueKinds.BoardingGroup, "BOARDING_GROUP"), (QueueKinds.PaidStandby, "PAID_STANDBY"),
    ];
}
