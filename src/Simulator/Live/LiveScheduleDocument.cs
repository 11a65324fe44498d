using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace ThemePark.Simulator;

/// <summary><c>/schedule</c>: of a park its entries, of a destination its parks with theirs, of anything else none.</summary>
internal static class LiveScheduleDocument
{
    /// <summary>Today in the park's zone and the thirty days after it.</summary>
    public static byte[] Coming(LiveSubject subject, long ms) => Write(subject, ms, park =>
    {
        var today = park.LocalDateAt(ms);
        return (today, today.PlusDays(30));
    });

    public static byte[] Month(LiveSubject subject, int year, int month, long ms)
    {
        var first = new LocalDate(year, month, 1);
        return Write(subject, ms, _ => (first, first.PlusMonths(1).PlusDays(-1)));
    }

    private static byte[] Write(LiveSubject subject, long ms, Func<LivePark, (LocalDate From, LocalDate To)> range) => LiveJson.Document(json =>
    {
        LiveDocuments.Head(json, subject, ms);
        if (subject is { Park: null, Entity: null })
        {
            json.WriteStartArray("parks"u8);
            foreach (var park in subject.Destination.Parks)
            {
                json.WriteStartObject();
                LiveDocuments.Head(json, new LiveSubject(subject.Destination, park, null), ms);
                Entries(json, park);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            return;
        }

        Entries(json, subject.Entity is null ? subject.Park : null);

        void Entries(Utf8JsonWriter target, LivePark? park)
        {
            target.WriteStartArray("schedule"u8);
            if (park is not null)
            {
                var (from, to) = range(park);
                foreach (var entry in park.Schedule.Between(from, to, ms))
                {
                    Entry(target, entry, park.Model.Zone);
                }
            }

            target.WriteEndArray();
        }
    });

    private static void Entry(Utf8JsonWriter json, ScheduleEntry entry, DateTimeZone zone)
    {
        json.WriteStartObject();
        json.WriteString("date"u8, entry.Date.ToDateOnly().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("type"u8, entry.Type);
        if (entry.Description is { } description)
        {
            json.WriteString("description"u8, description);
        }

        LiveJson.Local(json, "openingTime", entry.OpenMs, zone);
        LiveJson.Local(json, "closingTime", entry.CloseMs, zone);
        if (entry.Purchases.Count > 0)
        {
            json.WriteStartArray("purchases"u8);
            foreach (var purchase in entry.Purchases)
            {
                json.WriteStartObject();
                json.WriteString("type"u8, purchase.Type);
                json.WriteString("id"u8, purchase.Id);
                json.WriteString("name"u8, purchase.Name);
                QueueParts.Money(json, purchase.Price);
                json.WriteBoolean("available"u8, purchase.Available);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
