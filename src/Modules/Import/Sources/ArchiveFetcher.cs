using System.Buffers;
using System.Security.Cryptography;
using ThemePark.Modules.Import.Raw;

namespace ThemePark.Modules.Import.Sources;

/// <summary>A day object in the raw store. <c>ETag</c> is that of the bytes fetched, which may be newer than the listing.</summary>
internal sealed record FetchedObject(RawObject Raw, string ETag, int Attempts);

/// <summary>Brings listed objects into the raw store, whole and verified or not at all. One instance per process: it holds the limit on downloads.</summary>
internal sealed class ArchiveFetcher(IArchiveSource source, SourceGuard guard, RawStore raw, ArchiveOptions options, TimeProvider time)
{
    private const int BufferSize = 128 * 1024;

    /// <exception cref="ArchiveException">After the retries; <see cref="ArchiveException.IsSource"/> tells a bad object from a source that is down.</exception>
    /// <exception cref="IOException">The raw store could not be written.</exception>
    public async Task<FetchedObject> FetchAsync(ArchiveObject o, CancellationToken ct)
    {
        if (o is not { SkipReason: null, DestinationUuid: { } destination, Day: { } day })
        {
            throw new ArgumentException($"'{o.Key}' is not a day file.", nameof(o));
        }

        RefuseIfLarger(o.Key, o.Size);
        var attempts = 0;
        return await guard.RunAsync(
            o.Key,
            async token =>
            {
                attempts++;
                await using var writer = raw.BeginWrite(destination, day);
                var eTag = await DownloadAsync(o, writer, token);
                return new FetchedObject(await writer.CommitAsync(token), eTag, attempts);
            },
            ct);
    }

    private async Task<string> DownloadAsync(ArchiveObject o, RawWriter writer, CancellationToken ct)
    {
        using var whole = new CancellationTokenSource(options.AttemptTimeout, time);
        using var silence = new CancellationTokenSource(options.ReadTimeout, time);
        using var limits = CancellationTokenSource.CreateLinkedTokenSource(ct, whole.Token, silence.Token);
        await using var download = await OpenAsync(o, limits.Token, ct);
        if (download.Length is { } announced)
        {
            RefuseIfLarger(o.Key, announced);
        }

        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                silence.CancelAfter(options.ReadTimeout);
                var read = await ReadAsync(o.Key, download.Content, buffer, limits.Token, ct);
                // The disk may take its time; only the source is on the clock.
                silence.CancelAfter(Timeout.InfiniteTimeSpan);
                if (read == 0)
                {
                    break;
                }

                RefuseIfLarger(o.Key, writer.Length + read);
                md5.AppendData(buffer, 0, read);
                await writer.WriteAsync(buffer.AsMemory(0, read), ct);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var hash = Convert.ToHexStringLower(md5.GetHashAndReset());
        Check(o, download, writer.Length, hash);
        return download.ETag ?? hash;
    }

    private static void Check(ArchiveObject o, ArchiveDownload download, long length, string md5)
    {
        if (download.Length is { } announced && announced != length)
        {
            throw new ArchiveException(ArchiveErrors.BrokenBody, retriable: true, $"'{o.Key}' ended after {length} of {announced} bytes.");
        }

        // With another ETag it is a newer object, and the listing says nothing about its size.
        if (download.ETag == o.ETag && length != o.Size)
        {
            throw new ArchiveException(ArchiveErrors.WrongLength, retriable: true, $"'{o.Key}' has {length} bytes, listed with {o.Size}.");
        }

        if (download.Md5Hex is { } expected && expected != md5)
        {
            throw new ArchiveException(ArchiveErrors.WrongHash, retriable: true, $"'{o.Key}' has MD5 {md5}, its ETag says {expected}.");
        }
    }

    private async Task<ArchiveDownload> OpenAsync(ArchiveObject o, CancellationToken limits, CancellationToken ct)
    {
        try
        {
            return await source.OpenAsync(o, limits);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ArchiveException(ArchiveErrors.Timeout, retriable: true, $"No answer for '{o.Key}' in {options.ReadTimeout}.", e);
        }
    }

    private static async Task<int> ReadAsync(string key, Stream content, byte[] buffer, CancellationToken limits, CancellationToken ct)
    {
        try
        {
            return await content.ReadAsync(buffer, limits);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Cancelling a read can surface as any I/O error, so the token decides, not the type.
            throw limits.IsCancellationRequested
                ? new ArchiveException(ArchiveErrors.SlowBody, retriable: true, $"'{key}' stopped coming.", e)
                : new ArchiveException(ArchiveErrors.BrokenBody, retriable: true, $"'{key}' broke off: {e.Message}", e);
        }
    }

    private void RefuseIfLarger(string key, long bytes)
    {
        if (bytes > options.MaxObjectBytes)
        {
            throw new ArchiveException(
                ArchiveErrors.TooLarge, retriable: false, $"'{key}' has {bytes} bytes or more; the limit is {options.MaxObjectBytes}.");
        }
    }
}
