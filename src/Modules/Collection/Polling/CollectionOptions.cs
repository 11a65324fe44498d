using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>Settings of live collection, section <c>Collection</c>.</summary>
internal sealed class CollectionOptions
{
    public const string Section = "Collection";

    /// <summary>Minutes between two places of the grid of polls; divides a day.</summary>
    [AllowedValues(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, ErrorMessage = "Setting Collection:IntervalMinutes must divide an hour: 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60.")]
    public int IntervalMinutes { get; set; } = 5;

    /// <summary>Destinations polled at a time in this process.</summary>
    [Range(1, 64, ErrorMessage = "Setting Collection:Parallelism must be 1 to 64.")]
    public int Parallelism { get; set; } = 6;

    /// <summary>When the grid's places come.</summary>
    public string Cron => IntervalMinutes == 60 ? "0 * * * *" : string.Create(CultureInfo.InvariantCulture, $"*/{IntervalMinutes} * * * *");

    public TimeSpan Interval => TimeSpan.FromMinutes(IntervalMinutes);

    /// <summary>The place on the grid an instant belongs to: the grid starts at midnight UTC and knows nothing of when a process was started.</summary>
    public DateTime SlotOf(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % Interval.Ticks), DateTimeKind.Utc);
}
