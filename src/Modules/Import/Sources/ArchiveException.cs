using System.Net;

namespace ThemePark.Modules.Import.Sources;

/// <summary>What went wrong, named by what helps: see <see cref="ArchiveException.IsSource"/> and <see cref="ArchiveException.Retriable"/>.</summary>
internal static class ArchiveErrors
{
    /// <summary>The source does not answer, or the circuit breaker has given up on it for now.</summary>
    public const string Unavailable = "UNAVAILABLE";

    /// <summary>429, still after waiting as told.</summary>
    public const string Throttled = "THROTTLED";

    /// <summary>Wrong bucket, region, endpoint or path: only the operator can help.</summary>
    public const string Misconfigured = "MISCONFIGURED";

    public const string Forbidden = "FORBIDDEN";
    public const string ServerError = "SERVER_ERROR";
    public const string Timeout = "TIMEOUT";

    /// <summary>The connection ended inside the body.</summary>
    public const string BrokenBody = "BROKEN_BODY";

    /// <summary>The body stopped coming, or came too slowly to be worth the wait.</summary>
    public const string SlowBody = "SLOW_BODY";

    public const string WrongLength = "WRONG_LENGTH";
    public const string WrongHash = "WRONG_HASH";

    /// <summary>200 with something else than an object or a listing, such as the page of a proxy.</summary>
    public const string UnexpectedContent = "UNEXPECTED_CONTENT";

    /// <summary>Listed, gone when it was fetched.</summary>
    public const string Vanished = "VANISHED";

    public const string TooLarge = "TOO_LARGE";

    /// <summary>Any other answer that no retry improves.</summary>
    public const string Rejected = "REJECTED";
}

/// <summary>Everything a source can do wrong.</summary>
internal sealed class ArchiveException(string kind, bool retriable, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ArchiveErrors"/>.</summary>
    public string Kind => kind;

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool Retriable => retriable;

    /// <summary>
    /// True when the source as a whole is at fault (503 ARCHIVE_UNAVAILABLE, exit code 13): other objects will fail alike and the run
    /// should stop. False: this object failed, the rest may go on.
    /// </summary>
    public bool IsSource { get; init; } =
        kind is ArchiveErrors.Unavailable or ArchiveErrors.Throttled or ArchiveErrors.Misconfigured;

    public HttpStatusCode? Status { get; init; }

    /// <summary>How long the source asked us to stay away (Retry-After).</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When trying again makes sense, if known.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}
