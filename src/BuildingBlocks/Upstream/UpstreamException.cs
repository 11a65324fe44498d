namespace ThemePark.Upstream;

/// <summary>Why upstream's data could not be had; told apart by what helps.</summary>
public enum UpstreamFailure
{
    /// <summary>No connection, no answer in time, 408, 5xx, or the breaker has given up for now.</summary>
    ApiUnavailable,

    /// <summary>429, still after waiting as told, or told to wait longer than makes sense.</summary>
    RateLimited,

    /// <summary>An answer that is not what was asked for: a page, half a body, no JSON, other JSON, a refusal of the request itself.</summary>
    InvalidData,

    /// <summary>Upstream does not know the entity.</summary>
    NotFound,

    /// <summary>401 or 403: the key is wrong, or may not see this.</summary>
    Unauthorized,
}

/// <summary>Everything upstream can do wrong. The message says what and where; it never holds the key.</summary>
public sealed class UpstreamException(UpstreamFailure kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public UpstreamFailure Kind => kind;

    /// <summary>When trying again makes sense, if known.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool Retriable { get; init; }

    /// <summary>How long upstream asked us to stay away (Retry-After).</summary>
    public TimeSpan? RetryAfter { get; init; }
}
