using ThemePark.Modules.Collection.Writing;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>A day ready to be loaded. Holds pooled memory until disposed.</summary>
public sealed class EncodedDay : IDisposable
{
    internal EncodedDay(DayContent content) => Content = content;

    public DayContent Content { get; }

    internal TsvBuffer Snapshots { get; } = new(256 * 1024);

    internal TsvBuffer Queues { get; } = new(64 * 1024);

    internal TsvBuffer Shows { get; } = new(16 * 1024);

    internal List<ParkDay> Parks { get; } = [];

    /// <summary>Snapshot rows to be loaded.</summary>
    public int RowCount { get; internal set; }

    internal int QueueCount { get; set; }

    internal int ShowCount { get; set; }

    /// <summary>Rows whose ride and instant came again and won.</summary>
    public int Duplicates { get; internal set; }

    /// <summary>Rows of entities without a ride; not written.</summary>
    public int Unmatched { get; internal set; }

    /// <summary>Rows whose event named another park than the ride's.</summary>
    public int WrongPark { get; internal set; }

    internal int KeptLive { get; set; }

    public void Dispose()
    {
        Snapshots.Dispose();
        Queues.Dispose();
        Shows.Dispose();
    }
}
