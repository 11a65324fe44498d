using System.Globalization;

namespace ThemePark.Simulator;

/// <summary>One rule of a <see cref="LiveFaultPlan"/>. Faults of rows hit answers of <c>/live</c> only.</summary>
public sealed record LiveFault(LiveFaultKind Kind)
{
    /// <summary>Only paths of this pattern; <c>*</c> stands for any characters, slashes too.</summary>
    public string Path { get; init; } = "*";

    /// <summary>Only what belongs to this destination, by id or slug; null for all.</summary>
    public string? Destination { get; init; }

    /// <summary>From this matching request per path on, counted since the fault was added; the first is 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>For so many matching requests per path; null for ever.</summary>
    public int? Count { get; init; }

    /// <summary>From this simulated instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until this simulated instant, excluded.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Share of the matching requests that fail, drawn from the plan's seed, the path and the attempt.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Sent in whole seconds with 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Real time before a slow answer.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Number of rows that are spoilt: the first attractions of the feed that have a queue. Ignored with <see cref="Entity"/>.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Only the row of this entity, of whatever type.</summary>
    public string? Entity { get; init; }

    private static readonly (string Word, LiveFaultKind Kind)[] Words =
    [
        ("429", LiveFaultKind.TooManyRequests), ("503", LiveFaultKind.Unavailable), ("slow", LiveFaultKind.Slow), ("black-hole", LiveFaultKind.BlackHole),
        ("reset", LiveFaultKind.Reset), ("html", LiveFaultKind.HtmlBody), ("truncate", LiveFaultKind.Truncated), ("content-type", LiveFaultKind.WrongContentType),
        ("empty", LiveFaultKind.EmptyLiveData), ("duplicate", LiveFaultKind.DuplicateRows), ("foreign-row", LiveFaultKind.ForeignRows),
        ("wrong-park", LiveFaultKind.WrongPark), ("frozen", LiveFaultKind.Frozen), ("missing-row", LiveFaultKind.MissingRows),
        ("null-queue", LiveFaultKind.NullQueue), ("null-parts", LiveFaultKind.NullQueueParts), ("queue-array", LiveFaultKind.QueueArray),
        ("unknown-status", LiveFaultKind.UnknownStatus), ("unknown-queue", LiveFaultKind.UnknownQueue), ("extra-fields", LiveFaultKind.ExtraFields),
        ("malformed-row", LiveFaultKind.MalformedRow), ("text-row", LiveFaultKind.TextRow), ("missing-id", LiveFaultKind.MissingId),
    ];

    /// <summary>The words of the kinds, in the order of their enumeration.</summary>
    public static IEnumerable<string> KnownWords => Words.Select(w => w.Word);

    /// <summary>Whether the fault changes rows (or their number) and so needs an answer with rows.</summary>
    internal bool IsOfRows => Kind >= LiveFaultKind.EmptyLiveData;

    /// <summary>
    /// Reads <c>KIND[,path=PATTERN][,destination=ID|SLUG][,attempt=N][,count=N][,from=INSTANT][,until=INSTANT][,probability=0..1][,retry-after=SECONDS]
    /// [,delay=MILLISECONDS][,rows=N|all][,entity=ID]</c>, for instance <c>503,destination=falkental,count=3,retry-after=30</c>.
    /// </summary>
    /// <exception cref="FormatException">The text is not of this form; the message names the part.</exception>
    public static LiveFault Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var word = Words.FirstOrDefault(w => w.Word == parts[0]);
        if (word.Word is null)
        {
            throw new FormatException($"'{parts[0]}' is no fault of the live API; known: {string.Join(", ", KnownWords)}.");
        }

        return parts.Skip(1).Aggregate(new LiveFault(word.Kind), (fault, part) => fault.With(part));
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Words.First(w => w.Kind == Kind).Word };
        void Add(bool stated, FormattableString part)
        {
            if (stated)
            {
                parts.Add(FormattableString.Invariant(part));
            }
        }

        Add(Path != "*", $"path={Path}");
        Add(Destination is not null, $"destination={Destination}");
        Add(Entity is not null, $"entity={Entity}");
        Add(Attempt != 1, $"attempt={Attempt}");
        Add(Count is not null, $"count={Count}");
        Add(From is not null, $"from={From:O}");
        Add(Until is not null, $"until={Until:O}");
        Add(Probability != 1, $"probability={Probability}");
        Add(RetryAfter is not null, $"retry-after={RetryAfter?.TotalSeconds:0}");
        Add(Kind == LiveFaultKind.Slow, $"delay={Delay.TotalMilliseconds:0}");
        Add(Rows == int.MaxValue, $"rows=all");
        Add(Rows is > 1 and < int.MaxValue, $"rows={Rows}");
        return string.Join(',', parts);
    }

    private LiveFault With(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = at < 0 ? (part, "") : (part[..at], part[(at + 1)..]);
        try
        {
            return name switch
            {
                "path" when value.Length > 0 => this with { Path = value },
                "destination" when value.Length > 0 => this with { Destination = value },
                "entity" when value.Length > 0 => this with { Entity = value },
                "attempt" => this with { Attempt = Whole(value, 1) },
                "count" => this with { Count = Whole(value, 1) },
                "from" => this with { From = Instant(value) },
                "until" => this with { Until = Instant(value) },
                "probability" => this with { Probability = double.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) },
                "retry-after" => this with { RetryAfter = TimeSpan.FromSeconds(Whole(value, 0)) },
                "delay" => this with { Delay = TimeSpan.FromMilliseconds(Whole(value, 0)) },
                "rows" => this with { Rows = value == "all" ? int.MaxValue : Whole(value, 1) },
                _ => throw new FormatException("unknown name"),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new FormatException($"'{part}' is no setting of a fault: {e.Message}", e);
        }
    }

    private static int Whole(string value, int least)
    {
        var number = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
        return number >= least ? number : throw new FormatException("too small");
    }

    private static DateTimeOffset Instant(string value) =>
        DateTimeOffset.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
