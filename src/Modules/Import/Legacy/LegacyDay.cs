using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>One UTC day of the legacy table in memory, sorted into destinations. Holds pooled memory until disposed.</summary>
internal sealed class LegacyDay : IDisposable
{
    private readonly Dictionary<int, ObservationBatch> _batches = [];
    private readonly Dictionary<string, long> _odd = [];
    private readonly Dictionary<long, UnknownRows> _unknown = [];

    private LegacyDay(DayTask task) => Task = task;

    public DayTask Task { get; }

    public long Listed { get; private set; }

    /// <summary>Rows turned down, by reason.</summary>
    public IReadOnlyDictionary<string, long> Odd => _odd;

    public IReadOnlyCollection<UnknownRows> Unknown => _unknown.Values;

    /// <summary>Rows by destination, ordered by instant and then by snapshot_id: of two with one ride and instant the later wins.</summary>
    public IReadOnlyDictionary<int, ObservationBatch> Batches => _batches;

    /// <summary>Reads a whole day: its size, not that of the table, is what memory has to hold.</summary>
    public static async Task<LegacyDay> ReadAsync(LegacySource source, LegacyTable table, LegacyRideMap rides, DayTask task, DateTimeOffset now, CancellationToken ct)
    {
        var day = new LegacyDay(task);
        try
        {
            await using var connection = await source.OpenAsync(ct);
            await foreach (var row in LegacyRows.ReadAsync(connection, table, task.UtcDay, task.MinId, task.MaxId, ct))
            {
                day.Add(in row, rides, now.ToUnixTimeMilliseconds());
            }

            return day;
        }
        catch
        {
            day.Dispose();
            throw;
        }
    }

    public ObservationBatch BatchOf(int destination)
    {
        if (!_batches.TryGetValue(destination, out var batch))
        {
            _batches[destination] = batch = new ObservationBatch();
        }

        return batch;
    }

    public void Dispose()
    {
        foreach (var batch in _batches.Values)
        {
            batch.Dispose();
        }
    }

    private void Add(in LegacyRow row, LegacyRideMap rides, long now)
    {
        Listed++;
        var rejection = LegacyConversion.Convert(in row, now, out var snapshot);
        if (rejection is not null)
        {
            _odd[rejection] = _odd.GetValueOrDefault(rejection) + 1;
        }
        else if (rides.TryFind(row.RideId, out var entity, out var destination))
        {
            snapshot.Entity = entity;
            BatchOf(destination).Add(in snapshot);
        }
        else
        {
            var at = IsoInstant.ToDateTime(row.Instant);
            _unknown[row.RideId] = _unknown.TryGetValue(row.RideId, out var known)
                ? known with { Rows = known.Rows + 1, Last = at }
                : new UnknownRows(row.RideId, 1, at, at);
        }
    }
}
