using System.Globalization;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>How far a backup and the log lead.</summary>
internal enum ReachState
{
    /// <summary>To any second until now.</summary>
    ToNow,

    /// <summary>To any second until a restore, after which the rows are another history's.</summary>
    ToRestore,

    /// <summary>Nowhere but to the backup itself.</summary>
    Itself,

    /// <summary>The server could not be asked.</summary>
    Unknown,
}

/// <summary>The points a backup leads to.</summary>
/// <param name="From">UTC, whole seconds: the first.</param>
/// <param name="To">UTC: the last.</param>
/// <param name="Why">Why it is not to now, as a sentence.</param>
internal sealed record Reach(ReachState State, DateTime? From, DateTime? To, string? Why);

/// <summary>Which points in time the backups and the server's log lead to.</summary>
internal sealed class Reaches(BackupStore store, BinaryLog log)
{
    /// <summary>All backups, the newest first.</summary>
    /// <exception cref="BackupException">A description in the store cannot be read.</exception>
    public async Task<IReadOnlyList<(Backup Backup, Reach Reach)>> ReadAsync(CancellationToken cancellationToken)
    {
        var backups = await store.ListAsync(cancellationToken);
        var restores = await store.RestoresAsync(cancellationToken);
        var (state, stamps, unknown) = await AskAsync([.. backups.Select(b => b.Log?.File).OfType<string>().Distinct()], cancellationToken);
        return [.. backups.Select(b => (b, Of(b)))];

        Reach Of(Backup backup)
        {
            if (backup.Log is not { } place)
            {
                return new Reach(ReachState.Itself, null, null, backup.NoLog ?? "When it was made, nobody noted where in the log that was.");
            }

            if (state is null)
            {
                return new Reach(ReachState.Unknown, place.At, null, unknown);
            }

            if (!stamps.TryGetValue(place.File, out var stamp))
            {
                return new Reach(ReachState.Itself, null, null, $"The server's log has no {place.File} any more, where it would have to begin.");
            }

            if (stamp != place.Stamp)
            {
                return new Reach(ReachState.Itself, null, null, $"The server's {place.File} is not the file it was made beside, but one begun {stamp}.");
            }

            return restores.Where(r => r.At >= place.At).MinBy(r => r.At) is { } restore
                ? new Reach(
                    ReachState.ToRestore, place.At, restore.At, $"The restore of {Text(restore.At)} UTC began another history: what came after it needs a backup made after it.")
                : new Reach(ReachState.ToNow, place.At, state.Now, null);
        }
    }

    /// <summary>The newest good backup that leads to an instant (UTC, whole seconds).</summary>
    /// <exception cref="BackupException">As <see cref="ReadAsync"/>.</exception>
    public async Task<Outcome<Backup>> FindAsync(DateTime until, CancellationToken cancellationToken)
    {
        var good = (await ReadAsync(cancellationToken)).Where(b => b.Backup.Verification is { Passed: true }).ToList();
        var before = good.Where(b => (b.Backup.Log?.At ?? b.Backup.CreatedAt) <= until).ToList();
        if (before.Find(b => b.Reach.To >= until).Backup is { } backup)
        {
            return backup;
        }

        if (before.Count == 0)
        {
            return Failure.NotFound("BACKUP_NOT_FOUND", $"No backup in {store.Root} until {Text(until)} UTC is known to restore.{Spans(good)}");
        }

        var (last, reach) = before[0];
        return new Failure(
            "POINT_UNREACHABLE",
            StatusCodes.Status409Conflict,
            $"Nothing leads from backup {last.Id} to {Text(until)} UTC. {reach.Why ?? "That is yet to come."}{Spans(good)} "
            + $"`backup restore {last.Id}` goes back to it and loses what came after.");
    }

    private static string Spans(IEnumerable<(Backup Backup, Reach Reach)> good)
    {
        var spans = good.Where(b => b.Reach.To is not null).Select(b => $"{Text(b.Reach.From!.Value)} to {Text(b.Reach.To!.Value)}").Reverse().ToList();
        return spans.Count == 0 ? " No point between backups can be reached." : $" What can be reached, UTC: {string.Join("; ", spans)}.";
    }

    private static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    // Stamps of those files that the server has.
    private async Task<(LogState? State, IReadOnlyDictionary<string, string> Stamps, string? Unknown)> AskAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        Dictionary<string, string> stamps = [];
        if (files.Count == 0)
        {
            return (null, stamps, null);
        }

        try
        {
            var state = await log.StateAsync(cancellationToken);
            foreach (var file in files.Intersect(state.Files))
            {
                stamps.Add(file, await log.StampAsync(file, cancellationToken));
            }

            return (state, stamps, null);
        }
        catch (BackupException e)
        {
            return (null, stamps, e.Message);
        }
    }
}
