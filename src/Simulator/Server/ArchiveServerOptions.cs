namespace ThemePark.Simulator;

/// <summary>How <see cref="ArchiveServer"/> serves a directory as a bucket.</summary>
public sealed record ArchiveServerOptions
{
    /// <summary>The bucket's root; read anew for every request, so that tests may change it under a running server.</summary>
    public required string Directory { get; init; }

    /// <summary>Name of the only bucket; any other is answered NoSuchBucket.</summary>
    public string Bucket { get; init; } = "archive.themeparks.wiki";

    /// <summary>Region reported by HeadBucket.</summary>
    public string Region { get; init; } = "eu-west-2";

    /// <summary>Loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Largest page of a listing, 1 to 1,000, whatever the client asks for.</summary>
    public int PageSize { get; init; } = 1_000;

    /// <summary>What goes wrong and when; may be changed while the server runs.</summary>
    public FaultPlan Faults { get; init; } = new();

    /// <summary>Plays the live API below <c>/v1</c> of the same port (its own <see cref="LiveServerOptions.Port"/> is ignored); null for the bucket alone.</summary>
    public LiveServerOptions? Live { get; init; }
}
