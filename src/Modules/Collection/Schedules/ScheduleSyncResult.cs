using ThemePark.BuildingBlocks;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Schedules;

/// <summary>What one synchronisation did. A document is one destination's month; <see cref="Asked"/> = <see cref="Answered"/> + all of <see cref="Failed"/>.</summary>
internal sealed class ScheduleSyncResult
{
    private readonly Dictionary<UpstreamFailure, int> _failed = [];
    private readonly HashSet<Guid> _unknownParks = [];
    private readonly HashSet<int> _missingParks = [];

    public int Asked { get; set; }

    public int Answered { get; private set; }

    /// <summary>By kind. After a failure that is not of one document alone, the further months of the destination are not asked for.</summary>
    public IReadOnlyDictionary<UpstreamFailure, int> Failed => _failed;

    /// <summary>Park days whose statement is another than before, new ones included.</summary>
    public int ChangedDates { get; private set; }

    /// <summary>Entries that could not be read or kept.</summary>
    public int Quarantined { get; private set; }

    /// <summary>Parks upstream lists and the catalogue lacks; nothing is stored of them.</summary>
    public IReadOnlySet<Guid> UnknownParks => _unknownParks;

    /// <summary>Parks of the catalogue that their destination does not list.</summary>
    public IReadOnlySet<int> MissingParks => _missingParks;

    /// <summary>A simulator answered.</summary>
    public bool Simulated { get; private set; }

    public int FailedDocuments => _failed.Values.Sum();

    /// <summary>Whether another try, later, may bring what is lacking.</summary>
    public bool IsWorthRetrying => _failed.Keys.Any(k => k is not (UpstreamFailure.NotFound or UpstreamFailure.Unauthorized));

    public void Answer(int changed, MonthReading reading, bool simulated)
    {
        Answered++;
        ChangedDates += changed;
        Quarantined += reading.Refused.Count;
        _unknownParks.UnionWith(reading.UnknownParks);
        Simulated |= simulated;
    }

    public void Fail(UpstreamFailure kind) => _failed[kind] = _failed.GetValueOrDefault(kind) + 1;

    public void Missing(int parkId) => _missingParks.Add(parkId);

    public override string ToString() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        yield return FormattableString.Invariant($"{Asked} documents asked for, {Answered} answered, {FailedDocuments} failed");
        foreach (var (kind, count) in _failed.OrderBy(f => f.Key))
        {
            yield return FormattableString.Invariant($"{kind.ToUpperSnake()} {count}");
        }

        yield return FormattableString.Invariant($"{ChangedDates} days changed, {Quarantined} entries quarantined");
        yield return FormattableString.Invariant($"{_unknownParks.Count} parks unknown, {_missingParks.Count} parks missing");
        if (Simulated)
        {
            yield return "simulated";
        }
    }
}
