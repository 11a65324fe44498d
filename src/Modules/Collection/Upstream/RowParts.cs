using System.Text.Json;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Upstream;

/// <summary>The slices of the row being read that are kept as JSON. A name said twice counts as the last one says, as in every JSON reader.</summary>
internal sealed class RowParts
{
    // Rows have a dozen fields; one with many more is not worth keeping apart.
    private const int Most = 64;
    private const int MaxNameLength = 100;
    private const string QueuePrefix = "queue.";
    private readonly List<(string Name, int Start, int Length)> _parts = [];

    public int Count => _parts.Count;

    /// <summary>The row has more than can be kept.</summary>
    public bool TooMany { get; private set; }

    public void Clear()
    {
        _parts.Clear();
        TooMany = false;
    }

    public void Add(string name, int start, int length)
    {
        name = JsonValues.Cut(name, MaxNameLength);
        Remove(name);
        if (_parts.Count == Most)
        {
            TooMany = true;
            return;
        }

        _parts.Add((name, start, length));
    }

    public void Remove(string name) => _parts.RemoveAll(p => p.Name == name);

    /// <summary>Forgets all that was kept of an earlier <c>queue</c>.</summary>
    public void RemoveQueues() => _parts.RemoveAll(p => p.Name == "queue" || p.Name.StartsWith(QueuePrefix, StringComparison.Ordinal));

    /// <summary>Adds every queue of a <c>queue</c> object whose type nobody told us of, with its value.</summary>
    public void AddUnknownQueues(ReadOnlySpan<byte> body, int start, int length)
    {
        var reader = new Utf8JsonReader(body.Slice(start, length), new JsonReaderOptions { MaxDepth = UpstreamDocument.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = QueueReader.TypeOf(ref reader) == QueueType.None ? reader.GetString() : null;
            reader.Read();
            var at = (int)reader.TokenStartIndex;
            reader.Skip();
            if (name is not null)
            {
                Add(QueuePrefix + name, start + at, (int)reader.BytesConsumed - at);
            }
        }
    }

    public void CopyTo(List<LivePart> parts, int entity)
    {
        foreach (var (name, start, length) in _parts)
        {
            parts.Add(new LivePart(entity, name, start, length));
        }
    }
}
