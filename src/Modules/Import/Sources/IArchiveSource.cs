namespace ThemePark.Modules.Import.Sources;

/// <summary>Where the history comes from. All of it is read-only; instances are shared by all runs of a process.</summary>
/// <remarks>Every member throws <see cref="ArchiveException"/> for what can go wrong with a source, and nothing else but cancellation.</remarks>
internal interface IArchiveSource
{
    /// <summary><c>s3</c>, <c>directory</c> or <c>sample</c>.</summary>
    string Kind { get; }

    /// <summary>Bucket (with the endpoint when it is not Amazon's) or path; never a secret.</summary>
    string Location { get; }

    /// <summary>
    /// Streams the objects in scope, each key once, days of a destination in date order. What is no day file comes with a
    /// <see cref="ArchiveObject.SkipReason"/>; day files of other destinations and other days are out of scope and do not come at all.
    /// </summary>
    IAsyncEnumerable<ArchiveObject> ListAsync(Guid? destination, DateOnly? from, DateOnly? to, CancellationToken ct);

    /// <summary>The destinations that have a folder, whether or not it holds day files.</summary>
    IAsyncEnumerable<Guid> ListDestinationsAsync(CancellationToken ct);

    /// <summary>First day, last day and number of day files of each destination; lists the whole source.</summary>
    Task<IReadOnlyList<ArchiveExtent>> ListExtentsAsync(CancellationToken ct);

    /// <summary>One attempt, without retries: <see cref="ArchiveFetcher"/> adds them.</summary>
    Task<ArchiveDownload> OpenAsync(ArchiveObject o, CancellationToken ct);

    /// <summary>The text of <c>destinations.json</c> at the root, null when there is none that can be read or it is larger than 8 MiB.</summary>
    Task<string?> ReadCatalogueAsync(CancellationToken ct);
}

/// <summary>One listed object. <c>ETag</c> has no quotes; an equal ETag means equal content.</summary>
internal sealed record ArchiveObject(
    string Key, Guid? DestinationUuid, DateOnly? Day, long Size, string ETag, DateTime LastModifiedUtc, string? SkipReason);

internal sealed record ArchiveExtent(Guid DestinationUuid, DateOnly FirstDay, DateOnly LastDay, int Files);

/// <summary>
/// An open object. <c>Length</c> and <c>ETag</c> are what the source says about this very response, null when it says nothing;
/// <c>Md5Hex</c> is set when the source vouches for the content with it.
/// </summary>
internal sealed class ArchiveDownload(Stream content, long? length, string? eTag, string? md5Hex) : IAsyncDisposable
{
    public Stream Content => content;

    public long? Length => length;

    public string? ETag => eTag;

    public string? Md5Hex => md5Hex;

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
