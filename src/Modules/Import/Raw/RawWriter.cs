using System.Security.Cryptography;

namespace ThemePark.Modules.Import.Raw;

/// <summary>Writes one raw object: hashed while it streams, visible under its name only when it is complete and on disk.</summary>
internal sealed class RawWriter : IAsyncDisposable
{
    private readonly Func<string, (string RelativePath, string FullPath)> _place;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _path;
    private readonly FileStream _stream;

    public RawWriter(string temporaryFolder, Func<string, (string RelativePath, string FullPath)> place)
    {
        _place = place;
        _path = Path.Combine(temporaryFolder, $"{Guid.NewGuid():N}.tmp");
        _stream = new FileStream(_path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        });
    }

    public long Length { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken ct)
    {
        await _stream.WriteAsync(chunk, ct);
        _sha256.AppendData(chunk.Span);
        Length += chunk.Length;
    }

    /// <summary>Flushes to disk and renames. Two writers of the same bytes end at the same name with the same content.</summary>
    public async Task<RawObject> CommitAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var sha256 = Convert.ToHexStringLower(_sha256.GetHashAndReset());
        // Before the rename: otherwise a power failure can leave the final name on an empty file.
        RandomAccess.FlushToDisk(_stream.SafeFileHandle);
        await _stream.DisposeAsync();

        var (relativePath, fullPath) = _place(sha256);
        // Overwriting is right: the name carries the hash, so what is replaced is either the same bytes or a damaged copy of them.
        File.Move(_path, fullPath, overwrite: true);
        return new RawObject(relativePath, sha256, Length);
    }

    public async ValueTask DisposeAsync()
    {
        _sha256.Dispose();
        await _stream.DisposeAsync();
        // Gone already after a commit; deleting a missing file is no error.
        File.Delete(_path);
    }
}
