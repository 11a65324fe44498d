using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace ThemePark.Simulator;

/// <summary>One object as listings show it. ETag is quoted, as S3 sends it.</summary>
internal sealed record BucketObject(string Key, long Size, DateTimeOffset LastModified, string ETag, ReadOnlyMemory<byte>? Bytes = null);

/// <summary>A directory read as a flat bucket, with objects a fault has deleted or added laid over it.</summary>
internal sealed class BucketDirectory(string directory)
{
    private readonly string _root = Path.GetFullPath(directory);
    private readonly ConcurrentDictionary<(string Path, long Size, DateTime Written), string> _etags = new();
    private readonly ConcurrentDictionary<string, bool> _deleted = new();
    private readonly ConcurrentDictionary<string, BucketObject> _added = new();

    public BucketObject? Find(string key)
    {
        if (_deleted.ContainsKey(key))
        {
            return null;
        }

        if (_added.TryGetValue(key, out var added))
        {
            return added;
        }

        // The file system would resolve these; a bucket knows only the exact name.
        if (key.Length == 0 || key.Split('/').Any(s => s is "" or "." or ".."))
        {
            return null;
        }

        var file = new FileInfo(Path.Combine(_root, key));
        return file.Exists ? Describe(file, key) : null;
    }

    public Stream Open(BucketObject found) => found.Bytes is { } bytes
        ? new MemoryStream(bytes.ToArray(), writable: false)
        : new FileStream(Path.Combine(_root, found.Key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Keys under a prefix after a key, in the order of S3 (bytes of the key).</summary>
    public IEnumerable<string> Keys(string prefix, string after)
    {
        var folder = Path.Combine(_root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        var inside = !prefix.StartsWith('/') && !prefix.Split('/').Contains("..");
        var files = inside && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_root, f).Replace('\\', '/'))
            : [];
        return files.Concat(_added.Keys)
            .Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(k, after) > 0 && !_deleted.ContainsKey(k))
            .Distinct()
            .Order(StringComparer.Ordinal);
    }

    public void Delete(string key) => _deleted[key] = true;

    /// <summary>Adds the day after the last one among the keys, without events.</summary>
    public void AddDayAfter(IEnumerable<string> keys)
    {
        if (keys.Select(DayOf).LastOrDefault(d => d is not null) is not { } last)
        {
            return;
        }

        var next = last.Day.AddDays(1);
        using var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write("""{"events":[]}"""u8);
        }

        var bytes = buffer.ToArray();
        var key = string.Create(CultureInfo.InvariantCulture, $"{last.Destination}/{next:yyyy}/{next:MM}/{next:dd}.json.gz");
        _added[key] = new BucketObject(key, bytes.Length, next.ToDateTime(new TimeOnly(3, 0), DateTimeKind.Utc), ETag(bytes), bytes);
    }

    private static Dated? DayOf(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && DateOnly.TryParseExact(key[(slash + 1)..], "yyyy'/'MM'/'dd'.json.gz'", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new Dated(key[..slash], day)
            : null;
    }

    private BucketObject Describe(FileInfo file, string key)
    {
        var etag = _etags.GetOrAdd((file.FullName, file.Length, file.LastWriteTimeUtc), static k => ETag(File.ReadAllBytes(k.Path)));
        return new BucketObject(key, file.Length, file.LastWriteTimeUtc, etag);
    }

#pragma warning disable CA5351 // S3's ETag is the MD5 of the object; nothing rests on its strength.
    private static string ETag(byte[] bytes) => "\"" + Convert.ToHexStringLower(MD5.HashData(bytes)) + "\"";
#pragma warning restore CA5351

    private sealed record Dated(string Destination, DateOnly Day);
}
