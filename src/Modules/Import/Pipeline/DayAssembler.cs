using ThemePark.Modules.Import.Runs;

namespace ThemePark.Modules.Import.Pipeline;

/// <summary>
/// Gathers what the files say of each UTC day. A file may have rows on the days beside its own (whether files follow UTC or the
/// park's day is not documented), so a day is complete only when no file still to come can touch it, and files imported
/// earlier that have rows on it are read again.
/// </summary>
internal sealed class DayAssembler
{
    private readonly SortedDictionary<DateOnly, List<FileWork>> _open = [];
    private readonly ILookup<DateOnly, ImportedObject> _importedByUtcDay;
    private readonly HashSet<string> _ofThisRun;

    public DayAssembler(IReadOnlyList<PendingFile> files, IReadOnlyList<ImportedObject> imported)
    {
        _ofThisRun = [.. files.Select(f => f.Key)];
        _importedByUtcDay = imported
            .SelectMany(o => Enumerable.Range(0, o.LastDay.DayNumber - o.FirstDay.DayNumber + 1).Select(n => (Day: o.FirstDay.AddDays(n), Object: o)))
            .ToLookup(p => p.Day, p => p.Object);
    }

    /// <summary>The file gives this run no rows: what it gave before still counts with the days it touches.</summary>
    public void KeepEarlier(FileWork work) => _ofThisRun.Remove(work.File.Key);

    public void Add(FileWork work)
    {
        foreach (var day in work.Days)
        {
            if (!_open.TryGetValue(day, out var files))
            {
                _open[day] = files = [];
            }

            files.Add(work);
        }
    }

    /// <summary>Days no later file can touch: a file reaches back one day at most.</summary>
    /// <param name="next">Day of the next file to come, null when there is none.</param>
    public IEnumerable<DayUnit> TakeComplete(DateOnly? next)
    {
        while (_open.Count > 0)
        {
            var (day, files) = _open.First();
            if (next is not null && day >= next.Value.AddDays(-1))
            {
                yield break;
            }

            _open.Remove(day);
            yield return new DayUnit(day, files);
        }
    }

    /// <summary>Objects imported earlier whose rows on the day must be written again with it.</summary>
    public IEnumerable<ImportedObject> ContextOf(DayUnit unit) =>
        _importedByUtcDay[unit.Day].Where(o => !_ofThisRun.Contains(o.Key));
}
