using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Parsing;
using Xunit;

namespace ThemePark.UnitTests.Import.Parsing;

/// <summary>Whatever becomes of a file: it is refused with a reason, or every one of its events is accounted for.</summary>
public sealed class MutationTests
{
    private static readonly byte[] Plain = DayFiles.Utf8($$"""{"day":"2024-12-25","events":[{{DayFiles.Events(12)}}],"count":12}""");
    private static readonly byte[][] Packed = [Plain, Plain, Plain, DayFiles.Zlib(Plain), DayFiles.Gzip(Plain)];

    // Values that have broken readers before.
    private static readonly string[] Oddities =
    [
        "null", "true", "0", "-1", "1e999", "-9223372036854775808", "9223372036854775808", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[]]", "[{}]",
        "\"2024-12-25T00:00:00Z\"", "\"9999-12-31T23:59:59-18:00\"", "\"0001-01-01T00:00:00+18:00\"", "\"00000000-0000-0000-0000-000000000000\"",
        "[{\"type\":\"SINGLE_RIDER\"},{\"type\":\"SINGLE_RIDER\"}]", "{\"STANDBY\":{\"waitTime\":{}},\"RETURN_TIME\":7}",
    ];

    [Fact]
    public void A_thousand_files_with_mutated_bytes_are_refused_or_accounted_for() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var bytes = new List<byte>(Packed[random.Next(Packed.Length)]);
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                MutateBytes(bytes, random);
            }

            ShouldBeRefusedOrAccountedFor([.. bytes], random.Next(1, 4_000));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void A_thousand_files_with_mutated_json_are_read_and_accounted_for() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = MutateJson(random);
            using var file = ShouldBeRefusedOrAccountedFor(DayFiles.Utf8(text), random.Next(1, 4_000));
            file.ShouldNotBeNull($"{text} is valid JSON with events");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static DayFile? ShouldBeRefusedOrAccountedFor(byte[] bytes, int atOnce)
    {
        DayFile file;
        try
        {
            file = DayFiles.Read(new DayFiles.Drip(bytes, atOnce));
        }
        catch (DayFileException e)
        {
            e.Reason.ShouldNotBeNullOrEmpty();
            e.Message.ShouldNotBeNullOrEmpty();
            return null;
        }

        var batch = file.Batch;
        file.Events.ShouldBe(batch.RowCount + file.Rejected + file.ParkEvents);
        var (queue, show) = (0, 0);
        foreach (var row in batch.Rows)
        {
            // Rows share no queue, leave none out and have each type once: the table's key.
            (row.QueueStart, row.ShowStart).ShouldBe((queue, show));
            (queue, show) = (queue + row.QueueCount, show + row.ShowCount);
            batch.Queues.Slice(row.QueueStart, row.QueueCount).ToArray().Select(q => q.Type).ShouldBeUnique();
            row.Entity.ShouldBeInRange(0, file.Entities.Count - 1);
            row.Park.ShouldBeInRange(-1, file.Parks.Count - 1);
            IsoInstant.DayOf(row.Instant).DayNumber.ShouldBeInRange(DayFiles.Day.DayNumber - 1, DayFiles.Day.DayNumber + 1);
        }

        (batch.QueueCount, batch.ShowCount).ShouldBe((queue, show));
        file.Entities.Sum(e => e.Observations).ShouldBe(batch.RowCount);
        (file.Rejected == 0 || file.Findings.ByType.Count > 0).ShouldBeTrue("a rejected event is reported");
        return file;
    }

    private static void MutateBytes(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        var at = random.Next(bytes.Count);
        var length = random.Next(1, Math.Min(200, bytes.Count - at) + 1);
        var to = random.Next(bytes.Count);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : length);
                break;
            case 3:
                bytes.InsertRange(to, bytes.GetRange(at, length));
                break;
            case 4:
                (bytes[at], bytes[to]) = (bytes[to], bytes[at]);
                break;
            default:
                bytes.InsertRange(at, DayFiles.Utf8(Oddities[random.Next(Oddities.Length)]));
                break;
        }
    }

    /// <summary>Valid JSON with an events array, in which a few things are not what they should be.</summary>
    private static string MutateJson(Random random)
    {
        var root = (JsonObject)JsonNode.Parse(Plain)!;
        var events = (JsonArray)root["events"]!;
        var marks = new List<(string Mark, string Value)>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var nodes = Descendants(events).ToList();
            var node = nodes[random.Next(nodes.Count)];
            var parent = node.Parent!;
            switch (random.Next(4))
            {
                case 0 when parent is JsonObject owner:
                    owner.Remove(node.GetPropertyName());
                    break;
                case 1 when parent is JsonObject owner:
                    // A second property of the same name, which no object model can hold.
                    var mark = string.Create(CultureInfo.InvariantCulture, $"twin{marks.Count}");
                    marks.Add(($"\"{mark}\"", $"\"{node.GetPropertyName()}\""));
                    owner[mark] = node.DeepClone();
                    break;
                case 2 when parent is JsonArray list:
                    list.Add(node.DeepClone());
                    break;
                default:
                    var odd = string.Create(CultureInfo.InvariantCulture, $"odd{marks.Count}");
                    marks.Add(($"\"{odd}\"", Oddities[random.Next(Oddities.Length)]));
                    node.ReplaceWith(odd);
                    break;
            }
        }

        var text = root.ToJsonString();
        foreach (var (mark, value) in marks)
        {
            text = text.Replace(mark, value, StringComparison.Ordinal);
        }

        return text;
    }

    private static IEnumerable<JsonNode> Descendants(JsonNode node)
    {
        var below = node switch
        {
            JsonObject o => o.Select(p => p.Value),
            JsonArray a => a,
            _ => [],
        };
        foreach (var child in below.OfType<JsonNode>())
        {
            yield return child;
            foreach (var deeper in Descendants(child))
            {
                yield return deeper;
            }
        }
    }
}
