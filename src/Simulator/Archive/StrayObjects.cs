using System.Globalization;
using System.Text.Json;

namespace ThemePark.Simulator;

/// <summary>Objects of the bucket that are no day files: the list of destinations always, the rest when ugliness is asked for.</summary>
internal static class StrayObjects
{
    public static List<SkippedObject> Write(string root, List<DestinationModel> world, GeneratorOptions options)
    {
        var skipped = new List<SkippedObject>();
        Put("destinations.json", "not under a destination", DestinationList(world));
        if (!options.Ugly)
        {
            return skipped;
        }

        var year = options.Last.Year.ToString("0000", CultureInfo.InvariantCulture);
        var (first, last) = (world[0].Id, world[^1].Id);
        Put("README.txt", "not under a destination", "An archive, for those who find it."u8.ToArray());
        Put("not-a-destination/" + year + "/11/05.json.gz", "not under a destination", """{"events":[]}"""u8.ToArray());
        Put(first + "/index.html", "not a day", "<!doctype html><title>Index</title>"u8.ToArray());
        Put(first + "/" + year + "/02/30.json.gz", "no such date", """{"events":[]}"""u8.ToArray());
        Put(first + "/" + year + "/13/01.json.gz", "no such date", """{"events":[]}"""u8.ToArray());
        Put(first + "/" + year + "/1/5.json.gz", "not a day", """{"events":[]}"""u8.ToArray());
        Put(last + "/" + year + "/11/05.json", "wrong extension", """{"events":[]}"""u8.ToArray());
        Put(last + "/" + year + "/11/05.json.gz.tmp", "wrong extension", [0x78, 0x9C]);
        Put(last + "/" + year + "/11/notes/05.json.gz", "not a day", """{"events":[]}"""u8.ToArray());
        return skipped;

        void Put(string key, string reason, byte[] bytes)
        {
            var path = Path.Combine(root, key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
            File.SetLastWriteTimeUtc(path, options.Last.AddDays(1).ToDateTime(new TimeOnly(3, 0), DateTimeKind.Utc));
            skipped.Add(new SkippedObject(key, reason));
        }
    }

    /// <summary>The shape of upstream's <c>/destinations</c>.</summary>
    private static byte[] DestinationList(List<DestinationModel> world)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, EventWriter.Options with { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartArray("destinations"u8);
            foreach (var destination in world)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, destination.Id);
                json.WriteString("name"u8, destination.Name);
                json.WriteString("slug"u8, destination.Slug);
                json.WriteStartArray("parks"u8);
                foreach (var park in destination.Parks)
                {
                    json.WriteStartObject();
                    json.WriteString("id"u8, park.Id);
                    json.WriteString("name"u8, park.Name);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
