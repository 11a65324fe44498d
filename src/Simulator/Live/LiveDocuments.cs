using System.Text.Json;

namespace ThemePark.Simulator;

/// <summary>The documents of upstream: destinations, entities, children, live rows, schedules.</summary>
internal static class LiveDocuments
{
    public static byte[] Destinations(LiveWorld world) => LiveJson.Document(json =>
    {
        json.WriteStartArray("destinations"u8);
        foreach (var destination in world.Destinations)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, destination.Model.Id);
            json.WriteString("name"u8, destination.Model.Name);
            json.WriteString("slug"u8, destination.Model.Slug);
            json.WriteString("externalId"u8, destination.Model.Slug);
            json.WriteStartArray("parks"u8);
            foreach (var park in destination.Parks)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, park.Model.Id);
                json.WriteString("name"u8, park.Model.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static byte[] Entity(LiveSubject subject, long ms) => LiveJson.Document(json =>
    {
        var destination = subject.Destination;
        switch (subject)
        {
            case { Entity: { } entity }:
                EntityDocument(json, entity, DayOf(entity, ms));
                break;
            case { Park: { } park }:
                Head(json, subject);
                json.WriteString("slug"u8, park.Model.Slug);
                LiveJson.Location(json, park.Location, pointsOfInterest: true);
                json.WriteString("parentId"u8, destination.Model.Id);
                json.WriteString("destinationId"u8, destination.Model.Id);
                json.WriteString("externalId"u8, park.ExternalId);
                break;
            default:
                Head(json, subject);
                json.WriteString("slug"u8, destination.Model.Slug);
                LiveJson.Location(json, destination.Location);
                json.WriteNull("parentId"u8);
                json.WriteString("externalId"u8, destination.Model.Slug);
                break;
        }
    });

    public static byte[] Children(LiveSubject subject, long ms) => LiveJson.Document(json =>
    {
        Head(json, subject, ms);
        json.WriteStartArray("children"u8);
        if (subject is { Park: null, Entity: null })
        {
            foreach (var park in subject.Destination.Parks)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, park.Model.Id);
                json.WriteString("name"u8, park.Model.Name);
                json.WriteString("entityType"u8, "PARK");
                json.WriteString("slug"u8, park.Model.Slug);
                json.WriteString("parentId"u8, subject.Destination.Model.Id);
                json.WriteString("externalId"u8, park.ExternalId);
                LiveJson.Location(json, park.Location);
                json.WriteEndObject();
            }
        }

        foreach (var entity in subject.Entity is null ? LiveWorld.Below(subject, ms) : [])
        {
            json.WriteStartObject();
            Child(json, entity, DayOf(entity, ms));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <param name="types">Entity types wanted; empty for all.</param>
    /// <param name="answered">Instant of the request.</param>
    /// <param name="rowsOf">Instant the rows show, another one only when a feed is frozen.</param>
    public static byte[] Live(LiveSubject subject, IReadOnlyCollection<string> types, long answered, long rowsOf) => LiveJson.Document(json =>
    {
        Head(json, subject, answered);
        json.WriteStartArray("liveData"u8);
        foreach (var entity in subject.Entity is { } one ? [one] : LiveWorld.Below(subject, rowsOf))
        {
            if (Wanted(entity.Type) && entity.RowAt(rowsOf) is { } row)
            {
                json.WriteRawValue(row.Span, skipInputValidation: true);
            }
        }

        if (subject.Entity is null && Wanted("PARK"))
        {
            foreach (var park in subject.Park is { } only ? [only] : subject.Destination.Parks)
            {
                LiveRow.Park(json, park);
            }
        }

        json.WriteEndArray();

        bool Wanted(string type) => types.Count == 0 || types.Contains(type);
    });

    public static int DayOf(LiveEntity entity, long ms) => entity.Park?.DayAt(ms).Index ?? 0;

    /// <summary>What every envelope begins with.</summary>
    public static void Head(Utf8JsonWriter json, LiveSubject subject, long ms = 0)
    {
        var (id, name, type) = subject switch
        {
            { Entity: { } entity } => (entity.IdOn(DayOf(entity, ms)), entity.NameOn(DayOf(entity, ms)), entity.Type),
            { Park: { } park } => (park.Model.Id, park.Model.Name, "PARK"),
            _ => (subject.Destination.Model.Id, subject.Destination.Model.Name, "DESTINATION"),
        };
        json.WriteString("id"u8, id);
        json.WriteString("name"u8, name);
        json.WriteString("entityType"u8, type);
        json.WriteString("timezone"u8, subject.Destination.Model.Zone.Id);
    }

    private static void EntityDocument(Utf8JsonWriter json, LiveEntity entity, int day)
    {
        Child(json, entity, day);
        json.WriteString("timezone"u8, entity.Zone.Id);
        json.WriteString("destinationId"u8, entity.DestinationId);
        if (entity.Park is { } park)
        {
            json.WriteString("parkId"u8, park.Model.Id);
        }

        if (entity.AttractionType is { } type)
        {
            json.WriteString("attractionType"u8, type);
        }

        foreach (var (name, value) in entity.Attributes)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value);
        }

        if (entity.Tags.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tags"u8);
        foreach (var (tag, name, value) in entity.Tags)
        {
            json.WriteStartObject();
            json.WriteString("tag"u8, tag);
            json.WriteString("tagName"u8, name);
            json.WritePropertyName("value"u8);
            JsonSerializer.Serialize(json, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Child(Utf8JsonWriter json, LiveEntity entity, int day)
    {
        json.WriteString("id"u8, entity.IdOn(day));
        json.WriteString("name"u8, entity.NameOn(day));
        json.WriteString("entityType"u8, entity.Type);
        json.WriteString("slug"u8, entity.SlugOn(day));
        json.WriteString("parentId"u8, entity.ParentId);
        json.WriteString("externalId"u8, entity.ExternalId);
        if (entity.Location is { } place)
        {
            LiveJson.Location(json, place);
        }
    }
}
