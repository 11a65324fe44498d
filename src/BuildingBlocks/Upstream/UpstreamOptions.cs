using Microsoft.Extensions.Configuration;
using ThemePark.BuildingBlocks;

namespace ThemePark.Upstream;

/// <summary>Bound from <c>Upstream:*</c> (<c>Upstream__ApiKey</c> in the environment).</summary>
internal sealed class UpstreamOptions
{
    public const string Section = "Upstream";

    /// <summary>The live API, as http(s)://host[:port][/path].</summary>
    [Setting(Shown = true)]
    public string BaseAddress { get; set; } = "https://api.themeparks.wiki/v1";

    /// <summary>Sent as <c>X-API-Key</c>; without one the header is left out, because an empty key is refused.</summary>
    public string? ApiKey { get; set; }

    /// <summary>No minute, wherever it begins, sees more requests than this. Upstream allows 300.</summary>
    public int RequestsPerMinute { get; set; } = 240;

    /// <summary>Requests at a time.</summary>
    public int Parallel { get; set; } = 8;

    /// <summary>For one attempt, body included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After decompression.</summary>
    public int MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>The first one included.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>First wait between attempts; doubles with each, with jitter.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Consecutive failures, of more than one document, that open the circuit breaker.</summary>
    public int BreakerFailures { get; set; } = 5;

    /// <summary>How long it stays open before one request may try again.</summary>
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A Retry-After beyond this is not waited for: the request fails and says when to come again.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Takes over what is configured.</summary>
    /// <exception cref="InvalidOperationException">A setting cannot be used; the message names it.</exception>
    public void Read(IConfiguration configuration)
    {
        configuration.GetSection(Section).Bind(this);
        // An empty environment variable is how a compose file leaves something unset.
        ApiKey = string.IsNullOrWhiteSpace(ApiKey) ? null : ApiKey.Trim();
        BaseAddress = string.IsNullOrWhiteSpace(BaseAddress) ? new UpstreamOptions().BaseAddress : BaseAddress.Trim();
        Check();
    }

    private void Check()
    {
        Require(
            Uri.TryCreate(BaseAddress, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                && uri is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 },
            nameof(BaseAddress),
            "must be http(s)://host[:port][/path] without user, password or query");
        // A header cannot carry anything else, and the error of the HTTP stack would show the key.
        Require(ApiKey is null || (ApiKey.Length <= 512 && ApiKey.All(c => c is > ' ' and <= '~')), nameof(ApiKey), "must be printable ASCII without blanks");
        Require(RequestsPerMinute is >= 2 and <= 1_000_000, nameof(RequestsPerMinute), "must be 2 to 1000000");
        Require(Parallel is >= 1 and <= 64, nameof(Parallel), "must be 1 to 64");
        Require(Timeout > TimeSpan.Zero && Timeout <= TimeSpan.FromHours(1), nameof(Timeout), "must be positive and at most an hour");
        Require(MaxBodyBytes is >= 1024 and <= 1024 * 1024 * 1024, nameof(MaxBodyBytes), "must be 1024 to 1073741824");
        Require(Attempts is >= 1 and <= 20, nameof(Attempts), "must be 1 to 20");
        Require(RetryDelay > TimeSpan.Zero && RetryDelay <= MaxRetryDelay, nameof(RetryDelay), "must be positive and at most MaxRetryDelay");
        Require(MaxRetryDelay <= TimeSpan.FromHours(1), nameof(MaxRetryDelay), "must be at most an hour");
        Require(BreakerFailures >= 1, nameof(BreakerFailures), "must be at least 1");
        Require(BreakerPause > TimeSpan.Zero && BreakerPause <= TimeSpan.FromDays(1), nameof(BreakerPause), "must be positive and at most a day");
        Require(LongestWait >= TimeSpan.Zero && LongestWait <= TimeSpan.FromDays(1), nameof(LongestWait), "must be from zero to a day");
    }

    private static void Require(bool condition, string name, string rule)
    {
        if (!condition)
        {
            throw new SettingException($"Setting {Section}:{name} {rule}.");
        }
    }
}
