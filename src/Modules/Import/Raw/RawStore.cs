using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace ThemePark.Modules.Import.Raw;

/// <summary>
/// Day objects exactly as they were fetched: <c>{destination}/{yyyy}/{yyyy-MM-dd}.{first 16 hex digits of the SHA-256}.raw</c>.
/// A file is complete from the moment it has its name and never changes afterwards; a re-recorded day gets a file of its own
/// beside the old one. Nothing here deletes a raw file. Safe for several processes on one directory.
/// </summary>
internal sealed class RawStore
{
    private const string Extension = ".raw";
    private const int PrefixLength = 16;
    private const int BufferSize = 128 * 1024;

    // Downloads touch their file at least once per read timeout (seconds), so an hour without a write is a dead process.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromHours(1);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _root;
    private readonly string _temporary;
    private readonly TimeProvider _time;
    private long _nextSweepTicks;

    public RawStore(string root, TimeProvider time)
    {
        _root = Path.GetFullPath(root);
        // Below the root, so that the final rename stays on one file system and is atomic.
        _temporary = Path.Combine(_root, ".tmp");
        _time = time;
    }

    public string Root => _root;

    /// <summary>Starts a new raw file. Dispose without <see cref="RawWriter.CommitAsync"/> leaves nothing behind.</summary>
    public RawWriter BeginWrite(Guid destination, DateOnly day)
    {
        Directory.CreateDirectory(_temporary);
        SweepNowAndThen();
        return new RawWriter(_temporary, sha256 => Place(destination, day, sha256));
    }

    /// <summary>Where an object of this content lies, whatever was fetched for its day since.</summary>
    public static string PathOf(Guid destination, DateOnly day, string sha256) => string.Create(
        CultureInfo.InvariantCulture,
        $"{destination:D}/{day:yyyy}/{day:yyyy-MM-dd}.{sha256.AsSpan(0, PrefixLength)}{Extension}");

    /// <summary>Whether the object lies in the store with its size; its hash is another question (<see cref="VerifyAsync"/>).</summary>
    public bool Exists(RawObject raw) => new FileInfo(FullPath(raw.RelativePath)) is { Exists: true } file && file.Length == raw.Size;

    /// <summary>When the file was written, UTC.</summary>
    public DateTime WrittenAt(RawObject raw) => File.GetLastWriteTimeUtc(FullPath(raw.RelativePath));

    /// <exception cref="FileNotFoundException">The object is not in the store.</exception>
    public Stream OpenRead(RawObject raw) => Open(FullPath(raw.RelativePath));

    /// <summary>Reads the whole object and compares it with what was recorded at fetch time.</summary>
    public async Task<RawState> VerifyAsync(RawObject raw, CancellationToken ct)
    {
        RawObject actual;
        try
        {
            var path = FullPath(raw.RelativePath);
            if (new FileInfo(path) is { Exists: true } file && file.Length != raw.Size)
            {
                return RawState.WrongSize;
            }

            actual = await MeasureAsync(raw.RelativePath, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return RawState.Missing;
        }

        return actual.Size != raw.Size ? RawState.WrongSize
            : actual.Sha256Hex != raw.Sha256Hex ? RawState.WrongHash
            : RawState.Intact;
    }

    /// <summary>Size and hash of a file as it is now: how the manifest is rebuilt from disk.</summary>
    public async Task<RawObject> MeasureAsync(string relativePath, CancellationToken ct)
    {
        await using var stream = Open(FullPath(relativePath));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long size = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer, ct)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                size += read;
            }

            return new RawObject(relativePath, Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Every file in the store in path order, old versions of re-recorded days and strangers included; temporary files are not.</summary>
    public IEnumerable<RawFile> Enumerate()
    {
        if (!Directory.Exists(_root))
        {
            yield break;
        }

        foreach (var top in new DirectoryInfo(_root).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            if (top.FullName == _temporary)
            {
                continue;
            }

            var files = top is DirectoryInfo folder
                ? folder.EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.FullName, StringComparer.Ordinal)
                : Enumerable.Repeat((FileInfo)top, 1);
            foreach (var file in files)
            {
                yield return Describe(Path.GetRelativePath(_root, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length);
            }
        }
    }

    /// <summary>Removes what crashed downloads left behind; returns how many files.</summary>
    public int RemoveStaleTemporaryFiles()
    {
        if (!Directory.Exists(_temporary))
        {
            return 0;
        }

        var removed = 0;
        var limit = _time.GetUtcNow().UtcDateTime - StaleAfter;
        foreach (var file in new DirectoryInfo(_temporary).EnumerateFiles("*.tmp"))
        {
            if (file.LastWriteTimeUtc < limit)
            {
                file.Delete();
                removed++;
            }
        }

        return removed;
    }

    private void SweepNowAndThen()
    {
        var now = _time.GetUtcNow().UtcTicks;
        var due = Interlocked.Read(ref _nextSweepTicks);
        if (now >= due && Interlocked.CompareExchange(ref _nextSweepTicks, now + StaleAfter.Ticks, due) == due)
        {
            RemoveStaleTemporaryFiles();
        }
    }

    private (string RelativePath, string FullPath) Place(Guid destination, DateOnly day, string sha256)
    {
        var relative = PathOf(destination, day, sha256);
        var full = FullPath(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return (relative, full);
    }

    private static RawFile Describe(string relativePath, long size)
    {
        var parts = relativePath.Split('/');
        if (parts is [{ Length: 36 } destination, { Length: 4 } year, { Length: 10 + 1 + PrefixLength + 4 } name]
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && name[10] == '.'
            && Guid.TryParseExact(destination, "D", out var uuid)
            && DateOnly.TryParseExact(name[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && name.StartsWith(year, StringComparison.Ordinal)
            && !name.AsSpan(11, PrefixLength).ContainsAnyExcept(HexDigits))
        {
            return new RawFile(relativePath, uuid, day, name.Substring(11, PrefixLength), size);
        }

        return new RawFile(relativePath, null, null, null, size);
    }

    // Relative paths come back from the database: one that leaves the store is refused, whoever wrote it.
    private string FullPath(string relativePath)
    {
        var full = Path.GetFullPath(Path.Combine(_root, relativePath));
        return full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new ArgumentException($"'{relativePath}' is outside the raw store.", nameof(relativePath));
    }

    private static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 0,
    });
}
