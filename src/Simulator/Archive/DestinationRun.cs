using System.Globalization;
using NodaTime;

namespace ThemePark.Simulator;

/// <summary>Simulates one destination day by day and writes its files; at most three days are held in memory.</summary>
internal sealed class DestinationRun(GeneratorOptions options, DestinationModel destination, int index, UglyPlan plan, string root)
{
    private readonly Dictionary<int, List<SimEvent>> _days = [];
    private readonly DayFile _file = new();
    private readonly SortedSet<string> _entities = new(StringComparer.Ordinal);
    private readonly List<DateOnly> _missing = [];
    private readonly List<FileReport> _files = [];

    public (DestinationReport Destination, List<FileReport> Files) Run(Action fileDone, CancellationToken ct)
    {
        var calendars = destination.Parks.Select(p => new ParkCalendar(p, options.Seed)).ToArray();
        var step = Step();
        // A park-local day reaches into the UTC days before and after it.
        for (var day = -1; day <= options.Days; day++)
        {
            ct.ThrowIfCancellationRequested();
            var date = LocalDate.FromDateOnly(options.First.AddDays(day));
            var events = new List<SimEvent>();
            for (var p = 0; p < destination.Parks.Count; p++)
            {
                foreach (var entity in destination.Parks[p].Entities)
                {
                    if (entity.IsShow)
                    {
                        ShowDay.Run(entity, calendars[p], options.Seed, day, date, events);
                    }
                    else
                    {
                        new RideDay(entity, calendars[p], options.Seed, day, date, step, events).Run();
                    }
                }
            }

            foreach (var e in events)
            {
                var fileDay = FileDay(e);
                if (fileDay >= 0 && fileDay < options.Days)
                {
                    if (!_days.TryGetValue(fileDay, out var list))
                    {
                        _days[fileDay] = list = [];
                    }

                    list.Add(e);
                }
            }

            if (day >= 1)
            {
                Flush(day - 1);
                fileDone();
            }
        }

        return (Report(), _files);
    }

    private void Flush(int day)
    {
        _days.Remove(day, out var events);
        events ??= [];
        events.Sort((x, y) => x.AtMs != y.AtMs ? x.AtMs.CompareTo(y.AtMs) : string.CompareOrdinal(x.EntityId, y.EntityId));
        var date = options.First.AddDays(day);
        var kind = plan.FileAt(index, day);
        if (kind == UglyFile.Missing)
        {
            _missing.Add(date);
            return;
        }

        plan.Spoil(index, day, events, options.Seed);
        var key = string.Create(CultureInfo.InvariantCulture, $"{destination.Id}/{date:yyyy}/{date:MM}/{date:dd}.json.gz");
        var path = Path.Combine(root, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _files.Add(_file.Write(path, kind, events) with { Key = key, Destination = destination.Id, Day = date });
        if (!_files[^1].Fails && kind != UglyFile.NoEvents)
        {
            _entities.UnionWith(events.Where(DayFile.IsPlaceable).Select(DayFile.WrittenId));
        }

        // Stable Last-Modified headers: a file is "recorded" at three in the morning of the next day.
        File.SetLastWriteTimeUtc(path, date.AddDays(1).ToDateTime(new TimeOnly(3, 0), DateTimeKind.Utc));
    }

    private int FileDay(SimEvent e)
    {
        var offset = options.LocalDayFiles ? EventWriter.Offset(destination.Zone, e.AtMs) : 0;
        return DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(e.AtMs).AddSeconds(offset)).DayNumber - options.First.DayNumber;
    }

    /// <summary>Milliseconds between changes of one ride that meet the target; breakdowns and closed days leave about nine and a half hours.</summary>
    private int? Step()
    {
        if (options.EventsPerFile is not { } target)
        {
            return null;
        }

        var rides = destination.Parks.Sum(p => p.Entities.Count(e => !e.IsShow));
        return Math.Max(1_000, (int)Math.Min(34_000_000.0 * rides / target, 3_600_000));
    }

    private DestinationReport Report()
    {
        var entities = destination.Parks.SelectMany(p => p.Entities).ToList();
        return new DestinationReport(
            destination.Id,
            destination.Name,
            destination.Slug,
            destination.Zone.Id,
            [.. destination.Parks.Select(p => new ParkReport(p.Id, p.Name, p.Slug, p.Entities.Count(e => !e.IsShow), p.Entities.Count(e => e.IsShow)))],
            [.. _entities],
            _missing,
            [.. entities.Where(e => e.Overlay is not null).Select(e => new RenamedEntity(
                e.Id, e.Name, e.Overlay!.Value.Name, options.First.AddDays(e.Overlay.Value.Days.From), options.First.AddDays(e.Overlay.Value.Days.To)))],
            [.. entities.Where(e => e.Replacement is not null).Select(e => new ReplacedEntity(
                e.Id, e.Replacement!.Value.Id, e.Name, options.First.AddDays(e.Replacement.Value.FromDay)))],
            [.. entities.Where(e => e.RetiredFrom is not null).Select(e => new RetiredEntity(e.Id, e.Name, options.First.AddDays(e.RetiredFrom!.Value)))]);
    }
}
