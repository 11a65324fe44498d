using System.Globalization;

namespace ThemePark.Simulator;

/// <summary>The operations the server knows.</summary>
public enum S3Operation
{
    /// <summary>HEAD of the bucket; the key of its requests is empty.</summary>
    HeadBucket,

    /// <summary>ListObjectsV2; the key of its requests is the prefix.</summary>
    List,

    /// <summary>GET of an object.</summary>
    Get,

    /// <summary>HEAD of an object.</summary>
    Head,
}

/// <summary>What goes wrong with a request. The word in brackets is the one of the command line.</summary>
public enum FaultKind
{
    /// <summary>500 InternalError [500].</summary>
    InternalError,

    /// <summary>503 SlowDown, with Retry-After when <see cref="Fault.RetryAfter"/> is set [503].</summary>
    Unavailable,

    /// <summary>429 with Retry-After, one second unless set [429].</summary>
    TooManyRequests,

    /// <summary>403 AccessDenied [403].</summary>
    Forbidden,

    /// <summary>404 NoSuchKey for an object that is listed [404].</summary>
    NotFound,

    /// <summary>Half of the body, then the connection is reset [truncate].</summary>
    Truncated,

    /// <summary>Content-Length and body agree but are 100 bytes (or half) short of the object; only its listed size and its ETag tell [short].</summary>
    ShortLength,

    /// <summary>Content-Length 100 bytes above the body, then the connection is closed [long].</summary>
    LongLength,

    /// <summary>The body in ten pieces, <see cref="Fault.Delay"/> before each [slow].</summary>
    SlowBody,

    /// <summary>The connection is accepted and never answered [black-hole].</summary>
    BlackHole,

    /// <summary>Headers and half of the body, then silence [stall].</summary>
    Stalled,

    /// <summary>200 with an HTML page instead of the object or listing [html].</summary>
    HtmlBody,

    /// <summary>A listing without objects [empty-listing].</summary>
    EmptyListing,

    /// <summary>
    /// On a page after the first, the bucket changes: the last object of the page before and the next one to be listed are deleted, and the day
    /// after the last one appears, empty [changing-listing].
    /// </summary>
    ChangingListing,
}

/// <summary>One rule of a <see cref="FaultPlan"/>.</summary>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>Only requests of this operation; null for all.</summary>
    public S3Operation? Operation { get; init; }

    /// <summary>Only keys (for listings: prefixes) of this pattern; <c>*</c> stands for any characters, slashes too.</summary>
    public string Keys { get; init; } = "*";

    /// <summary>From this attempt per operation and key on; the first is 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>For so many attempts per operation and key; null for ever.</summary>
    public int? Count { get; init; }

    /// <summary>Share of the matching attempts that fail, drawn from the plan's seed, the key and the attempt: the same in every run.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Sent in whole seconds with 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Wait before each tenth of a slow body.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    private static readonly (string Word, FaultKind Kind)[] Words =
    [
        ("500", FaultKind.InternalError), ("503", FaultKind.Unavailable), ("429", FaultKind.TooManyRequests), ("403", FaultKind.Forbidden),
        ("404", FaultKind.NotFound), ("truncate", FaultKind.Truncated), ("short", FaultKind.ShortLength), ("long", FaultKind.LongLength),
        ("slow", FaultKind.SlowBody), ("black-hole", FaultKind.BlackHole), ("stall", FaultKind.Stalled), ("html", FaultKind.HtmlBody),
        ("empty-listing", FaultKind.EmptyListing), ("changing-listing", FaultKind.ChangingListing),
    ];

    /// <summary>
    /// Reads <c>KIND[,op=get|list|head|head-bucket][,keys=PATTERN][,attempt=N][,count=N][,probability=0..1][,retry-after=SECONDS][,delay=MILLISECONDS]</c>,
    /// for instance <c>503,keys=*/2025/10/*,count=2,retry-after=1</c>.
    /// </summary>
    /// <exception cref="FormatException">The text is not of this form; the message names the part.</exception>
    public static Fault Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var word = Words.FirstOrDefault(w => w.Word == parts[0]);
        if (word.Word is null)
        {
            throw new FormatException($"'{parts[0]}' is no fault; known: {string.Join(", ", Words.Select(w => w.Word))}.");
        }

        var fault = new Fault(word.Kind);
        foreach (var part in parts.Skip(1))
        {
            fault = fault.With(part);
        }

        return fault;
    }

    private Fault With(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = at < 0 ? (part, "") : (part[..at], part[(at + 1)..]);
        try
        {
            return name switch
            {
                "op" => this with { Operation = ParseOperation(value) },
                "keys" when value.Length > 0 => this with { Keys = value },
                "attempt" => this with { Attempt = Whole(value, 1) },
                "count" => this with { Count = Whole(value, 1) },
                "probability" => this with { Probability = double.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) },
                "retry-after" => this with { RetryAfter = TimeSpan.FromSeconds(Whole(value, 0)) },
                "delay" => this with { Delay = TimeSpan.FromMilliseconds(Whole(value, 0)) },
                _ => throw new FormatException("unknown name"),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new FormatException($"'{part}' is no setting of a fault: {e.Message}", e);
        }
    }

    private static S3Operation ParseOperation(string value) => value switch
    {
        "get" => S3Operation.Get,
        "list" => S3Operation.List,
        "head" => S3Operation.Head,
        "head-bucket" => S3Operation.HeadBucket,
        _ => throw new FormatException("op is get, list, head or head-bucket"),
    };

    private static int Whole(string value, int least)
    {
        var number = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
        return number >= least ? number : throw new FormatException("too small");
    }
}
