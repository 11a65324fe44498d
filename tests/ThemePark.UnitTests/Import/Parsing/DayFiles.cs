using System.Globalization;
using System.IO.Compression;
using System.Text;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;

namespace ThemePark.UnitTests.Import.Parsing;

/// <summary>Day files by hand, and the reader as the importer uses it.</summary>
internal static class DayFiles
{
    public const string Entity = "11111111-1111-1111-1111-111111111111";
    public const string Park = "22222222-2222-2222-2222-222222222222";
    public const string Time = "2024-12-25T00:05:10.644Z";
    public static readonly DateOnly Day = new(2024, 12, 25);

    public static DayFile Read(byte[] content, DayFileLimits? limits = null) => Read(new MemoryStream(content), limits);

    public static DayFile Read(Stream content, DayFileLimits? limits = null) =>
        new DayFileReader(limits ?? new DayFileLimits(), new Clock()).Read(content, Day, CancellationToken.None);

    public static DayFile Read(string json) => Read(Utf8(json));

    /// <summary>Reads a file of one event with the given <c>data</c>.</summary>
    public static DayFile ReadData(string data) => Read($"[{Event(data)}]");

    public static string Event(string data, string entity = Entity, string time = Time) =>
        $$"""
        {"entityId":"{{entity}}","internalId":"10877","name":"TRANSFORMERS™: The Ride-3D","data":{{data}},"eventTime":"{{time}}",
        "localTime":"2024-12-24T19:05:10-05:00","timezone":"America/New_York","parkId":"{{Park}}","parkSlug":"usf"}
        """;

    /// <summary>Events of six entities with everything an event may hold.</summary>
    public static string Events(int count) => string.Join(",\n", Enumerable.Range(0, count).Select(i => Event(
        (i % 6) switch
        {
            0 => """{"status":"OPERATING","queue":{"STANDBY":{"waitTime":45},"SINGLE_RIDER":{"waitTime":null},"PAID_STANDBY":{"waitTime":5}},"destinationId":"x"}""",
            1 => """{"status":"DOWN","queue":{"RETURN_TIME":{"state":"AVAILABLE","returnStart":"2024-12-25T01:00:00-05:00","returnEnd":null}}}""",
            2 => """{"queue":{"PAID_RETURN_TIME":{"state":"FINISHED","returnStart":null,"returnEnd":null,"price":{"amount":2100,"currency":"USD","formatted":"$21.00"}}}}""",
            3 => """{"status":"CLOSED","queue":[{"type":"BOARDING_GROUP","allocationStatus":"PAUSED","currentGroupStart":1,"currentGroupEnd":9},{"type":"STANDBY","waitTime":5}]}""",
            4 => """{"showtimes":[{"type":"Performance Time","startTime":"2024-12-25T19:00:00-05:00","endTime":null},"2024-12-25T20:00:00Z"]}""",
            _ => """{"status":null,"queue":null,"showtimes":null}""",
        },
        $"11111111-1111-1111-1111-{i % 6:d12}",
        string.Create(CultureInfo.InvariantCulture, $"2024-12-25T{i / 60 % 24:d2}:{i % 60:d2}:00.{i % 1000:d3}Z"))));

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Zlib(byte[] content, CompressionLevel level = CompressionLevel.Fastest) => Pack(content, target => new ZLibStream(target, level));

    public static byte[] Gzip(byte[] content, CompressionLevel level = CompressionLevel.Fastest) => Pack(content, target => new GZipStream(target, level));

    public static string FailureOf(byte[] content, DayFileLimits? limits = null) =>
        Should.Throw<DayFileException>(() => Read(content, limits).Dispose()).Reason;

    /// <summary>Everything read, as text, to be compared.</summary>
    public static string Dump(DayFile file)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{file.Events} events, {file.Rejected} rejected, {file.ParkEvents} of parks");
        foreach (ref readonly var row in file.Batch.Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{file.Entities[row.Entity].Uuid} {row.Instant} {row.Status} {row.Wait} {row.Flags} {row.Park}");
            foreach (ref readonly var q in file.Batch.Queues.Slice(row.QueueStart, row.QueueCount))
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"  {q.Type} {q.State} {q.Wait} {q.ReturnStart} {q.ReturnEnd} {q.PriceMinor} {q.Currency} {q.GroupStart} {q.GroupEnd} {q.NextAllocation} {q.EstimatedWait} {q.Flags}");
            }

            foreach (ref readonly var s in file.Batch.Shows.Slice(row.ShowStart, row.ShowCount))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {s.Start} {s.End} {s.Kind}");
            }
        }

        foreach (var entity in file.Entities)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{entity.Uuid} {entity.ExternalId} {entity.Observations} {string.Join('|', entity.Names)}");
        }

        foreach (var finding in file.Findings.ByType.Values.OrderBy(f => f.Type))
        {
            text.AppendLine(finding.ToString());
        }

        return text.ToString();
    }

    public static SnapshotRow Row(DayFile file)
    {
        file.Batch.RowCount.ShouldBe(1);
        return file.Batch.Rows[0];
    }

    /// <summary>The one queue row of a file.</summary>
    public static QueueRow Queue(DayFile file)
    {
        file.Batch.QueueCount.ShouldBe(1);
        Row(file).QueueCount.ShouldBe((byte)1);
        return file.Batch.Queues[0];
    }

    public static long Instant(string text)
    {
        IsoInstant.TryParse(Utf8(text), out var at, out _).ShouldBeTrue();
        return at;
    }

    public static string Currency(int packed) =>
        packed == 0 ? "" : new string([(char)(packed >> 16 & 0xFF), (char)(packed >> 8 & 0xFF), (char)(packed & 0xFF)]);

    private static byte[] Pack(byte[] content, Func<Stream, Stream> compress)
    {
        using var packed = new MemoryStream();
        using (var stream = compress(packed))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2025, 1, 10, 12, 0, 0, TimeSpan.Zero);
    }

    /// <summary>Gives a few bytes at a time.</summary>
    public sealed class Drip(byte[] content, int atOnce) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, atOnce));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, atOnce)]);
    }
}
