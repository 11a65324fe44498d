using Microsoft.Extensions.Configuration;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Sources;

/// <summary>Bound from <c>Archive:*</c> (<c>Archive__Bucket</c> in the environment). <c>ARCHIVE_S3_BUCKET</c> and <c>ARCHIVE_S3_REGION</c> stand in for Bucket and Region.</summary>
internal sealed class ArchiveOptions
{
    public const string Section = "Archive";

    /// <summary>S3 bucket; used when <see cref="Directory"/> is not set.</summary>
    [Setting(Shown = true, Default = "the sample", Alias = "ARCHIVE_S3_BUCKET")]
    public string? Bucket { get; set; }

    /// <summary>Asked of the bucket when not set.</summary>
    [Setting(Shown = true, Default = "asked of the bucket", Alias = "ARCHIVE_S3_REGION")]
    public string? Region { get; set; }

    /// <summary>Another server than Amazon's, as http(s)://host[:port].</summary>
    [Setting(Shown = true, Default = "Amazon's")]
    public string? Endpoint { get; set; }

    /// <summary>Bucket in the path instead of the host name. Default: true with an <see cref="Endpoint"/>, otherwise what the SDK prefers.</summary>
    [Setting(Default = "true with an endpoint")]
    public bool? PathStyle { get; set; }

    /// <summary>Together with <see cref="SecretKey"/>; without them requests are unsigned.</summary>
    public string? AccessKey { get; set; }

    /// <summary>Together with <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>A mirror of the bucket on disk; wins over <see cref="Bucket"/>.</summary>
    [Setting(Shown = true)]
    public string? Directory { get; set; }

    /// <summary>The archive used when neither a directory nor a bucket is set. Default: <c>sample-archive</c> in the data directory.</summary>
    [Setting(Shown = true, Default = "sample-archive in the data directory")]
    public string? SamplePath { get; set; }

    /// <summary>Where fetched objects are kept. Default: <c>raw</c> in the data directory.</summary>
    [Setting(Shown = true, Default = "raw in the data directory")]
    public string? RawPath { get; set; }

    /// <summary>Downloads at a time in this process.</summary>
    public int Parallelism { get; set; } = 4;

    /// <summary>Longest wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest silence: until the headers come, and between two reads of the body.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for one attempt as a whole, against a body that drips.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A larger object fails as TOO_LARGE.</summary>
    public long MaxObjectBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>Further attempts after the first.</summary>
    public int Retries { get; set; } = 4;

    /// <summary>First wait; doubles with each retry, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between attempts.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A Retry-After beyond this is not waited for: the source counts as unavailable until then.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Consecutive failures that open the circuit breaker.</summary>
    public int BreakerFailures { get; set; } = 5;

    /// <summary>How long it stays open before one request may try again.</summary>
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Takes over what is configured.</summary>
    /// <exception cref="SettingException">A setting cannot be used; the message names it.</exception>
    public void Read(IConfiguration configuration)
    {
        configuration.GetSection(Section).Bind(this);
        Bucket = NullIfEmpty(Bucket) ?? NullIfEmpty(configuration["ARCHIVE_S3_BUCKET"]);
        Region = NullIfEmpty(Region) ?? NullIfEmpty(configuration["ARCHIVE_S3_REGION"]);
        Endpoint = NullIfEmpty(Endpoint);
        Directory = NullIfEmpty(Directory);
        AccessKey = NullIfEmpty(AccessKey);
        SecretKey = NullIfEmpty(SecretKey);
        var data = NullIfEmpty(configuration["DataDirectory"]) ?? ".data";
        SamplePath = NullIfEmpty(SamplePath) ?? Path.Combine(data, "sample-archive");
        RawPath = NullIfEmpty(RawPath) ?? Path.Combine(data, "raw");
        Check();
    }

    // An empty environment variable is how a compose file leaves something unset.
    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private void Check()
    {
        SettingException.ThrowUnless(Parallelism is >= 1 and <= 64, Section, nameof(Parallelism), "must be 1 to 64");
        SettingException.ThrowUnless(Retries is >= 0 and <= 20, Section, nameof(Retries), "must be 0 to 20");
        SettingException.ThrowUnless(BreakerFailures >= 1, Section, nameof(BreakerFailures), "must be at least 1");
        SettingException.ThrowUnless(MaxObjectBytes >= 1, Section, nameof(MaxObjectBytes), "must be at least 1");
        SettingException.ThrowUnless(ConnectTimeout > TimeSpan.Zero, Section, nameof(ConnectTimeout), "must be positive");
        SettingException.ThrowUnless(ReadTimeout > TimeSpan.Zero, Section, nameof(ReadTimeout), "must be positive");
        SettingException.ThrowUnless(AttemptTimeout > TimeSpan.Zero, Section, nameof(AttemptTimeout), "must be positive");
        SettingException.ThrowUnless(BreakerPause > TimeSpan.Zero, Section, nameof(BreakerPause), "must be positive");
        SettingException.ThrowUnless(RetryDelay > TimeSpan.Zero && RetryDelay <= MaxRetryDelay, Section, nameof(RetryDelay), "must be positive and at most MaxRetryDelay");
        SettingException.ThrowUnless(AccessKey is null == SecretKey is null, Section, nameof(AccessKey), "needs SecretKey, and the other way round");
        SettingException.ThrowUnless(
            Endpoint is null || (Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https"
                && uri.UserInfo.Length == 0),
            Section,
            nameof(Endpoint),
            "must be http(s)://host[:port] without user or password");
    }
}
