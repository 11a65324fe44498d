namespace ThemePark.Simulator;

internal readonly record struct ReturnWindow(string? State, long? StartMs, long? EndMs);

internal readonly record struct Boarding(string? State, int? GroupFrom, int? GroupTo, long? NextMs, int? EstimatedWait);

internal readonly record struct Price(long? Amount, string Currency);

internal readonly record struct QueueState(
    QueueKinds Present,
    int? Standby,
    int? SingleRider,
    int? PaidStandby,
    ReturnWindow Return,
    ReturnWindow PaidReturn,
    Price Price,
    Boarding Boarding);

internal readonly record struct Showtime(string Type, long StartMs, long? EndMs);

/// <summary>One change as it will be written; instants are UTC milliseconds since 1970.</summary>
internal sealed record SimEvent
{
    public required EntityModel Entity { get; init; }

    public required string EntityId { get; init; }

    public required string Name { get; init; }

    public required long AtMs { get; init; }

    public RideStatus? Status { get; init; }

    public QueueState? Queue { get; init; }

    public IReadOnlyList<Showtime>? Showtimes { get; init; }

    public UglyEvent? Ugly { get; init; }

    /// <summary>Which of the spellings of <see cref="Ugly"/> is used.</summary>
    public int Variant { get; init; }
}
