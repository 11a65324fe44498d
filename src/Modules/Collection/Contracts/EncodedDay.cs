using ThemePark.Modules.Collection.Writing;
using ThemePark.MySql;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>A day ready to be loaded. Holds pooled memory until disposed.</summary>
public sealed class EncodedDay : IDisposable
{
    internal EncodedDay(DayContent content)
    {
        Content = content;
        Tallies = [.. content.Slices.Select(_ => new SliceTally())];
    }

    public DayContent Content { get; }

    internal TsvBuffer Snapshots { get; } = new(256 * 1024);

    internal TsvBuffer Queues { get; } = new(64 * 1024);

    internal TsvBuffer Shows { get; } = new(16 * 1024);

    internal List<ParkDay> Parks { get; } = [];

    /// <summary>What became of each slice's rows, in the order of the slices.</summary>
    public IReadOnlyList<SliceTally> Slices => Tallies;

    /// <summary>Snapshot rows to be loaded.</summary>
    public int RowCount => Tallies.Sum(t => t.Rows);

    internal SliceTally[] Tallies { get; }

    internal int QueueCount => Tallies.Sum(t => t.Queues);

    internal int ShowCount => Tallies.Sum(t => t.Shows);

    public void Dispose()
    {
        Snapshots.Dispose();
        Queues.Dispose();
        Shows.Dispose();
    }
}
