namespace ThemePark.Upstream;

/// <summary>
/// The last good body of each document that has an ETag, so that upstream need not send it again. Bounded; the longest unused goes first. What is
/// forgotten is fetched whole, so nothing depends on this memory.
/// </summary>
internal sealed class RememberedBodies(int most, long mostBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<UpstreamDocument>> _byPath = new(StringComparer.Ordinal);
    private readonly LinkedList<UpstreamDocument> _byUse = [];
    private long _bytes;

    public UpstreamDocument? Find(string path)
    {
        lock (_lock)
        {
            if (!_byPath.TryGetValue(path, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    /// <summary>Keeps the document in place of an earlier one of the same path; without an ETag that one is only forgotten.</summary>
    public void Keep(UpstreamDocument document)
    {
        lock (_lock)
        {
            if (_byPath.TryGetValue(document.Path, out var earlier))
            {
                Drop(earlier);
            }

            if (document.ETag is null)
            {
                return;
            }

            _byPath[document.Path] = _byUse.AddFirst(document);
            _bytes += document.Body.Length;
            while (_byUse.Last is { } last && (_byUse.Count > most || _bytes > mostBytes))
            {
                Drop(last);
            }
        }
    }

    private void Drop(LinkedListNode<UpstreamDocument> node)
    {
        _byUse.Remove(node);
        _byPath.Remove(node.Value.Path);
        _bytes -= node.Value.Body.Length;
    }
}
