using NodaTime;

namespace ThemePark.Simulator;

/// <summary>What stands at an instant; holds from <paramref name="ChangedMs"/> until <paramref name="UntilMs"/> (excluded), UTC milliseconds.</summary>
internal sealed record LiveState(long ChangedMs, long UntilMs)
{
    public RideStatus Status { get; init; }

    public QueueState? Queue { get; init; }

    public IReadOnlyList<Showtime>? Showtimes { get; init; }

    /// <summary>Waits for tables of one, two, three … persons; null where upstream gives none.</summary>
    public IReadOnlyList<int?>? Dining { get; init; }
}

/// <summary>Degrees; null where upstream has none.</summary>
internal readonly record struct Place(double? Latitude, double? Longitude);

/// <summary>Anything below a park or destination that has an entity document.</summary>
internal abstract class LiveEntity
{
    private Row? _row;

    public required string Type { get; init; }

    public required string ParentId { get; init; }

    public required string DestinationId { get; init; }

    public required string ExternalId { get; init; }

    public required DateTimeZone Zone { get; init; }

    public string? AttractionType { get; init; }

    /// <summary>Null where upstream sends no location.</summary>
    public Place? Location { get; init; }

    /// <summary>Attributes as they stand in the entity document: numbers, truth values, texts or lists of texts.</summary>
    public IReadOnlyList<(string Name, object Value)> Attributes { get; init; } = [];

    /// <summary>Tags in the older form of the entity document.</summary>
    public IReadOnlyList<(string Tag, string Name, object Value)> Tags { get; init; } = [];

    /// <summary>Null for what hangs below the destination itself.</summary>
    public LivePark? Park { get; init; }

    public abstract string IdOn(int day);

    public abstract string NameOn(int day);

    public virtual string? SlugOn(int day) => LiveNames.Slug(NameOn(day));

    public virtual bool ListedOn(int day) => true;

    /// <summary>Null when upstream has nothing to report.</summary>
    public abstract LiveState? StateAt(long ms);

    /// <summary>The row of <c>liveData</c>, rendered once per change.</summary>
    public ReadOnlyMemory<byte>? RowAt(long ms)
    {
        var row = Volatile.Read(ref _row);
        if (row is null || ms < row.FromMs || ms >= row.UntilMs)
        {
            var state = StateAt(ms);
            var day = Park?.DayAt(ms);
            row = new Row(
                Math.Max(state?.ChangedMs ?? ms, day?.FromMs ?? ms),
                Math.Min(state?.UntilMs ?? long.MaxValue, day?.UntilMs ?? ms),
                state is null || day is null ? null : LiveRow.Write(this, state, day));
            Volatile.Write(ref _row, row);
        }

        return row.Json is { } json ? json : default(ReadOnlyMemory<byte>?);
    }

    private sealed record Row(long FromMs, long UntilMs, byte[]? Json);
}
