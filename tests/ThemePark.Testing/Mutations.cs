using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ThemePark.Testing;

/// <summary>Ways in which a document goes bad, drawn by a seeded random.</summary>
public static class Mutations
{
    // Values that have broken readers before.
    private static readonly string[] Oddities =
    [
        "null", "true", "0", "-1", "1e999", "-9223372036854775808", "9223372036854775808", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[]]", "[{}]",
        "\"2024-12-25T00:00:00Z\"", "\"9999-12-31T23:59:59-18:00\"", "\"0001-01-01T00:00:00+18:00\"", "\"00000000-0000-0000-0000-000000000000\"",
        "[{\"type\":\"SINGLE_RIDER\"},{\"type\":\"SINGLE_RIDER\"}]", "{\"STANDBY\":{\"waitTime\":{}},\"RETURN_TIME\":7}",
    ];

    /// <summary>Up to five places of the bytes are changed, dropped, doubled or swapped.</summary>
    public static void OfBytes(List<byte> bytes, Random random)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(random);
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            MutateBytes(bytes, random);
        }
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
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Oddities[random.Next(Oddities.Length)]));
                break;
        }
    }

    /// <summary>The document, still valid JSON, in whose array <paramref name="name"/> a few things are not what they should be.</summary>
    public static string OfJson(byte[] document, string name, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var root = (JsonObject)JsonNode.Parse(document)!;
        var array = (JsonArray)root[name]!;
        var marks = new List<(string Mark, string Value)>();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var nodes = Descendants(array).ToList();
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
