using System.Globalization;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>Entities by what became of them. Every listed one is created, updated, unchanged or failed; delisted ones are counted apart.</summary>
internal readonly record struct SyncCounts(int Created, int Updated, int Unchanged, int Failed, int Delisted)
{
    public static SyncCounts operator +(SyncCounts a, SyncCounts b) =>
        new(a.Created + b.Created, a.Updated + b.Updated, a.Unchanged + b.Unchanged, a.Failed + b.Failed, a.Delisted + b.Delisted);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Created} created, {Updated} updated, {Unchanged} unchanged, {Failed} failed, {Delisted} delisted");
}

/// <summary>What a list says of one scope: a park with what is in it, or what a destination has outside its parks, itself included.</summary>
/// <param name="Complete">Every row of the list could be read: what is not in it is not listed.</param>
internal sealed record Scope(Guid Uuid, Guid DestinationUuid, IReadOnlyList<ListedEntity> Entities, bool Complete, bool Simulated);

/// <summary>How the sync of one scope ended.</summary>
/// <param name="Listed">Entities upstream lists; null when it could not be asked.</param>
internal sealed record ScopeResult(SyncOutcome Outcome, SyncCounts Counts, int? Listed, string? Reason)
{
    public static ScopeResult Nothing(SyncOutcome outcome, int? listed, string reason) => new(outcome, default, listed, reason);
}

/// <summary>What a whole sync did; a run that goes on for another one counts only its own part.</summary>
internal sealed class SyncReport
{
    private readonly Dictionary<SyncOutcome, int> _scopes = [];

    public SyncCounts Counts { get; private set; }

    public int Failed => _scopes.GetValueOrDefault(SyncOutcome.Failed);

    public bool Clean => _scopes.Keys.All(outcome => outcome == SyncOutcome.Synced);

    public void Add(ScopeResult result)
    {
        _scopes[result.Outcome] = _scopes.GetValueOrDefault(result.Outcome) + 1;
        Counts += result.Counts;
    }

    public override string ToString()
    {
        var scopes = Enum.GetValues<SyncOutcome>()
            .Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{_scopes.GetValueOrDefault(outcome)} {outcome.ToString().ToLowerInvariant()}"));
        return $"parks and destinations: {string.Join(", ", scopes)}; entities: {Counts}";
    }
}
