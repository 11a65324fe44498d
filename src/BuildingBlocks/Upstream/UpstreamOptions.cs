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
        SettingException.ThrowUnless(
            Uri.TryCreate(BaseAddress, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                && uri is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 },
            Section,
            nameof(BaseAddress),
            "must be http(s)://host[:port][/path] without user, password or query");
        // A header cannot carry anything else, and the error of the HTTP stack would show the key.
        SettingException.ThrowUnless(ApiKey is null || (ApiKey.Length <= 512 && ApiKey.All(c => c is > ' ' and <= '~')), Section, nameof(ApiKey), "must be printable ASCII without blanks");
        SettingException.ThrowUnless(RequestsPerMinute is >= 2 and <= 1_000_000, Section, nameof(RequestsPerMinute), "must be 2 to 1000000");
        SettingException.ThrowUnless(Parallel is >= 1 and <= 64, Section, nameof(Parallel), "must be 1 to 64");
        SettingException.ThrowUnless(Timeout > TimeSpan.Zero && Timeout <= TimeSpan.FromHours(1), Section, nameof(Timeout), "must be positive and at most an hour");
        SettingException.ThrowUnless(MaxBodyBytes is >= 1024 and <= 1024 * 1024 * 1024, Section, nameof(MaxBodyBytes), "must be 1024 to 1073741824");
        SettingException.ThrowUnless(Attempts is >= 1 and <= 20, Section, nameof(Attempts), "must be 1 to 20");
        SettingException.ThrowUnless(RetryDelay > TimeSpan.Zero && RetryDelay <= MaxRetryDelay, Section, nameof(RetryDelay), "must be positive and at most MaxRetryDelay");
        SettingException.ThrowUnless(MaxRetryDelay <= TimeSpan.FromHours(1), Section, nameof(MaxRetryDelay), "must be at most an hour");
        SettingException.ThrowUnless(BreakerFailures >= 1, Section, nameof(BreakerFailures), "must be at least 1");
        SettingException.ThrowUnless(BreakerPause > TimeSpan.Zero && BreakerPause <= TimeSpan.FromDays(1), Section, nameof(BreakerPause), "must be positive and at most a day");
        SettingException.ThrowUnless(LongestWait >= TimeSpan.Zero && LongestWait <= TimeSpan.FromDays(1), Section, nameof(LongestWait), "must be from zero to a day");
    }
}
