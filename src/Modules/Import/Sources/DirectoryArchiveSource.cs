using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ThemePark.Modules.Import.Sources;

/// <summary>A mirror of the bucket on disk, or the sample.</summary>
/// <remarks>
/// The ETag is the MD5 of the content, computed while listing. Size and time would be cheaper but miss a day that was rewritten with its old
/// time stamp (reproducible tar files, <c>cp -p</c>, generators), and a missed change is a wrong history for ever; reading runs at
/// several hundred MB/s and only for the days asked for. MD5 because it is what S3 calls these bytes: moving between bucket and mirror
/// fetches nothing again.
/// </remarks>
internal sealed class DirectoryArchiveSource(string kind, string path, ILogger<DirectoryArchiveSource> log) : IArchiveSource
{
    private const int CatalogueLimit = 8 * 1024 * 1024;
    private readonly string _root = Path.GetFullPath(path);

    public string Kind => kind;

    public string Location => _root;

    public async IAsyncEnumerable<ArchiveObject> ListAsync(
        Guid? destination, DateOnly? from, DateOnly? to, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var o in ListFilesAsync(destination, from, to, ct))
        {
            if (o.SkipReason is not null)
            {
                yield return o;
            }
            else if (await HashAsync(o, ct) is { } eTag)
            {
                yield return o with { ETag = eTag };
            }
        }
    }

    public IAsyncEnumerable<Guid> ListDestinationsAsync(CancellationToken ct) =>
        ArchiveListing.Destinations(Root()).ToAsyncEnumerable();

    public Task<IReadOnlyList<ArchiveExtent>> ListExtentsAsync(CancellationToken ct) =>
        ArchiveListing.MeasureAsync(ListFilesAsync(null, null, null, ct), ct);

    public Task<ArchiveDownload> OpenAsync(ArchiveObject o, CancellationToken ct)
    {
        try
        {
            var stream = Open(Resolve(o.Key));
            return Task.FromResult(new ArchiveDownload(stream, stream.Length, eTag: null, md5Hex: null));
        }
        catch (Exception e) when (Translate(e, o.Key) is { } error)
        {
            throw error;
        }
    }

    public async Task<string?> ReadCatalogueAsync(CancellationToken ct)
    {
        try
        {
            await using var stream = Open(Resolve(ArchiveKey.Catalogue));
            if (stream.Length > CatalogueLimit)
            {
                log.LogWarning("Catalogue of {Bytes} bytes in {Root} is ignored: over the limit", stream.Length, _root);
                return null;
            }

            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(ct);
        }
        catch (Exception e) when (Translate(e, ArchiveKey.Catalogue) is { } error)
        {
            return error.IsSource ? throw error : null;
        }
    }

    private IAsyncEnumerable<ArchiveObject> ListFilesAsync(Guid? destination, DateOnly? from, DateOnly? to, CancellationToken ct) =>
        ArchiveListing.SelectAsync(Root(), prefix => Walk(prefix).ToAsyncEnumerable(), destination, from, to, ct);

    private ArchiveRoot Root()
    {
        if (!Directory.Exists(_root))
        {
            throw new ArchiveException(ArchiveErrors.Unavailable, retriable: false, $"The archive directory '{_root}' does not exist.");
        }

        var folders = new List<string>();
        var objects = new List<StoredObject>();
        foreach (var entry in Entries(_root))
        {
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                folders.Add(entry.Name);
            }
            else if (Store(entry) is { } stored)
            {
                objects.Add(stored);
            }
        }

        return new ArchiveRoot(folders, objects);
    }

    private IEnumerable<StoredObject> Walk(string prefix)
    {
        var folder = Path.Combine(_root, prefix);
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var entry in Entries(folder))
        {
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                foreach (var below in Walk($"{prefix}{entry.Name}/"))
                {
                    yield return below;
                }
            }
            else if (Store(entry) is { } stored)
            {
                yield return stored;
            }
        }
    }

    /// <summary>In the order S3 lists keys, which for day files is the order of days.</summary>
    private static FileSystemInfo[] Entries(string folder)
    {
        try
        {
            var entries = new DirectoryInfo(folder).GetFileSystemInfos();
            Array.Sort(entries, (a, b) => string.CompareOrdinal(SortName(a), SortName(b)));
            return entries;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ArchiveException(ArchiveErrors.Unavailable, retriable: false, $"'{folder}' could not be listed: {e.Message}", e);
        }

        static string SortName(FileSystemInfo entry) => entry is DirectoryInfo ? entry.Name + "/" : entry.Name;
    }

    private StoredObject? Store(FileSystemInfo entry)
    {
        var key = Path.GetRelativePath(_root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
        if (entry.LinkTarget is not null && !LeadsInside(entry))
        {
            return new StoredObject(key, 0, "", entry.LastWriteTimeUtc, SkipReasons.LinkRefused);
        }

        try
        {
            var target = entry.LinkTarget is null ? entry : entry.ResolveLinkTarget(returnFinalTarget: true);
            return target is FileInfo file ? new StoredObject(key, file.Length, "", file.LastWriteTimeUtc) : null;
        }
        catch (FileNotFoundException)
        {
            // Removed since the folder was read: as if it had never been listed.
            return null;
        }
    }

    /// <summary>A file link may point elsewhere in the mirror; a folder link may not be followed at all, it could lead in circles.</summary>
    private bool LeadsInside(FileSystemInfo link)
    {
        try
        {
            var root = Directory.ResolveLinkTarget(_root, returnFinalTarget: true)?.FullName ?? _root;
            return link.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target
                && target.FullName.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string Resolve(string key)
    {
        var full = Path.GetFullPath(Path.Combine(_root, key));
        if (!full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw Refused(key);
        }

        for (var folder = Path.GetDirectoryName(full)!; folder.Length > _root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                throw Refused(key);
            }
        }

        var file = new FileInfo(full);
        return file.LinkTarget is null || LeadsInside(file) ? full : throw Refused(key);
    }

    private static ArchiveException Refused(string key) =>
        new(ArchiveErrors.Rejected, retriable: false, $"'{key}' leads out of the archive directory.");

    private async Task<string?> HashAsync(ArchiveObject o, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            await using var stream = Open(Resolve(o.Key));
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            int read;
            while ((read = await stream.ReadAsync(buffer, ct)) > 0)
            {
                md5.AppendData(buffer, 0, read);
            }

            return Convert.ToHexStringLower(md5.GetHashAndReset());
        }
        catch (Exception e) when (Translate(e, o.Key) is { } error)
        {
            // A file that cannot be read is listed all the same: its fetch fails and is counted, the other days go on.
            return error.Kind == ArchiveErrors.Vanished ? null : "";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 0,
    });

    private static ArchiveException? Translate(Exception e, string key) => e switch
    {
        ArchiveException known => known,
        FileNotFoundException or DirectoryNotFoundException =>
            new ArchiveException(ArchiveErrors.Vanished, retriable: false, $"'{key}' is not there.", e),
        UnauthorizedAccessException => new ArchiveException(ArchiveErrors.Forbidden, retriable: false, $"'{key}' may not be read.", e),
        IOException => new ArchiveException(ArchiveErrors.BrokenBody, retriable: true, $"'{key}' could not be read: {e.Message}", e),
        _ => null,
    };
}
