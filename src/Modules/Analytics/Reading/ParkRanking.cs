namespace ThemePark.Modules.Analytics.Reading;

/// <summary>The first parks by one figure, and what the figure was the period before. Both are rates, so a day in progress compares with a whole one.</summary>
internal sealed class ParkRanking(ParkSums sums)
{
    /// <summary>Parks with a known shame score, highest first; ties by id.</summary>
    public Task<IReadOnlyList<ParkSum>> ByShameAsync(Scope scope, int limit, CancellationToken cancellationToken) =>
        FirstAsync(scope, s => s.WeightedKnownS, s => s.WeightedDowntimeS, limit, cancellationToken);

    /// <summary>Parks with known waits, longest average first; ties by id.</summary>
    public Task<IReadOnlyList<ParkSum>> ByWaitAsync(Scope scope, int limit, CancellationToken cancellationToken) =>
        FirstAsync(scope, s => s.WaitS, s => s.WaitSum, limit, cancellationToken);

    /// <summary>By park id.</summary>
    public Task<IReadOnlyDictionary<int, ParkSum>> BeforeAsync(Scope scope, IEnumerable<ParkSum> shown, CancellationToken cancellationToken) =>
        sums.ReadAsync(scope.Before(scope.GroupsOf(shown.Select(p => (p.ParkId, p.ParkId)))), cancellationToken);

    // There are few parks: they are put in order here.
    private async Task<IReadOnlyList<ParkSum>> FirstAsync(
        Scope scope, Func<ParkSum, long> whole, Func<ParkSum, long> part, int limit, CancellationToken cancellationToken) =>
    [
        .. (await sums.ReadAsync(scope.Groups, cancellationToken)).Values
            .Where(s => whole(s) > 0)
            .OrderByDescending(s => (double)part(s) / whole(s))
            .ThenBy(s => s.ParkId)
            .Take(limit),
    ];
}
