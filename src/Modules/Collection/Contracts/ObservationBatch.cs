using System.Buffers;

namespace ThemePark.Modules.Collection.Contracts;

/// <summary>
/// Snapshots of one source object with their queues and show times, in three flat pooled arrays: millions of rows pass
/// here, so there is no object per row. Dispose returns the arrays.
/// </summary>
public sealed class ObservationBatch : IDisposable
{
    private SnapshotRow[] _rows = ArrayPool<SnapshotRow>.Shared.Rent(4096);
    private QueueRow[] _queues = ArrayPool<QueueRow>.Shared.Rent(1024);
    private ShowRow[] _shows = ArrayPool<ShowRow>.Shared.Rent(256);

    public int RowCount { get; private set; }

    public int QueueCount { get; private set; }

    public int ShowCount { get; private set; }

    public Span<SnapshotRow> Rows => _rows.AsSpan(0, RowCount);

    public ReadOnlySpan<QueueRow> Queues => _queues.AsSpan(0, QueueCount);

    public ReadOnlySpan<ShowRow> Shows => _shows.AsSpan(0, ShowCount);

    public void Add(in SnapshotRow row)
    {
        if (RowCount == _rows.Length)
        {
            Grow(ref _rows, RowCount);
        }

        _rows[RowCount++] = row;
    }

    public void Add(in QueueRow queue)
    {
        if (QueueCount == _queues.Length)
        {
            Grow(ref _queues, QueueCount);
        }

        _queues[QueueCount++] = queue;
    }

    public void Add(in ShowRow show)
    {
        if (ShowCount == _shows.Length)
        {
            Grow(ref _shows, ShowCount);
        }

        _shows[ShowCount++] = show;
    }

    /// <summary>Drops queues and show times added after the given counts: an event that was cut by the buffer's end is read again.</summary>
    public void Rewind(int queueCount, int showCount)
    {
        QueueCount = queueCount;
        ShowCount = showCount;
    }

    public void Dispose()
    {
        Return(ref _rows);
        Return(ref _queues);
        Return(ref _shows);
        RowCount = QueueCount = ShowCount = 0;
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        var larger = ArrayPool<T>.Shared.Rent(array.Length * 2);
        array.AsSpan(0, count).CopyTo(larger);
        Return(ref array);
        array = larger;
    }

    private static void Return<T>(ref T[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<T>.Shared.Return(array, clearArray: typeof(T) == typeof(ShowRow));
        }

        array = [];
    }
}
