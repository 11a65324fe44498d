using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ThemePark.Modules.Import.Parsing;
using ThemePark.Simulator;

namespace ThemePark.Bench;

/// <summary>Only the reading of day files, one thread: inflate, parse, decide. The floor is inflating and tokenising the same bytes.</summary>
internal static class ReadBench
{
    public static async Task<int> RunAsync()
    {
        var root = Path.Combine(Path.GetTempPath(), $"themepark-bench-{Environment.ProcessId}");
        try
        {
            var report = await ArchiveGenerator.GenerateAsync(
                new GeneratorOptions { Out = root, Destinations = 2, Days = 6, Ugly = false, RidesPerPark = 40, EventsPerFile = 20_000 });
            var files = report.Files.Select(f => (f.Day, Bytes: File.ReadAllBytes(Path.Combine(root, f.Key)))).ToList();
            var reader = new DayFileReader(new DayFileLimits(), TimeProvider.System);
            long events = 0, inflated = 0;
            var best = TimeSpan.MaxValue;
            var floor = TimeSpan.MaxValue;
            for (var round = 0; round < 6; round++)
            {
                (events, inflated) = (0, 0);
                var watch = Stopwatch.StartNew();
                foreach (var (day, bytes) in files)
                {
                    using var content = new MemoryStream(bytes);
                    using var file = reader.Read(content, day, CancellationToken.None);
                    events += file.Events;
                    inflated += file.InflatedBytes;
                }

                best = watch.Elapsed < best ? watch.Elapsed : best;
                watch.Restart();
                foreach (var (_, bytes) in files)
                {
                    Tokenise(bytes);
                }

                floor = watch.Elapsed < floor ? watch.Elapsed : floor;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"read      {events:N0} events, {inflated / 1e6:N0} MB inflated: {events / best.TotalSeconds:N0} events/s; bare inflate and tokenise {events / floor.TotalSeconds:N0} events/s"));
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "read",
                events,
                events_per_second = Math.Round(events / best.TotalSeconds),
                floor_events_per_second = Math.Round(events / floor.TotalSeconds),
                ratio = Math.Round(floor / best, 3),
                correct = events == report.Listed,
            }));
            return events == report.Listed ? 0 : 1;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Tokenise(byte[] bytes)
    {
        using var content = new System.IO.Compression.ZLibStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress);
        var buffer = new byte[128 * 1024];
        var state = new JsonReaderState();
        var filled = 0;
        int read;
        do
        {
            read = content.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            var json = new Utf8JsonReader(buffer.AsSpan(0, filled), read == 0, state);
            while (json.Read())
            {
            }

            state = json.CurrentState;
            buffer.AsSpan((int)json.BytesConsumed, filled - (int)json.BytesConsumed).CopyTo(buffer);
            filled -= (int)json.BytesConsumed;
        }
        while (read > 0);
    }
}
