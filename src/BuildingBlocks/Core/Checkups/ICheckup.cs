namespace ThemePark.BuildingBlocks;

/// <summary>
/// Holds one layer of the warehouse against the next, for the verb <c>doctor</c>. Checkups run by layer: what one mends is what the next relies on.
/// </summary>
public interface ICheckup
{
    /// <summary>In snake case.</summary>
    string Name { get; }

    Layer Layer { get; }

    /// <summary>What is held against what, in a few words.</summary>
    string Compares { get; }

    /// <summary>Changes nothing.</summary>
    Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken);

    /// <summary>
    /// Mends what is <see cref="Remedy.Safe"/>; called with nothing else. Whether it did is seen by checking again.
    /// </summary>
    Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken);
}

/// <summary>What lies on what.</summary>
public enum Layer
{
    Schema,
    Partitions,
    RawFiles,
    Rows,
    Holdings,
    Figures,
    Answers,
}

/// <summary>Where to look.</summary>
/// <param name="From">First UTC day; null: the first there is.</param>
/// <param name="To">Last UTC day; null: the last there is.</param>
/// <param name="Sample">How many of its things a checkup reads at most; of more it takes a choice that differs from day to day.</param>
/// <param name="Today">UTC.</param>
public sealed record CheckupScope(DateOnly? From, DateOnly? To, int Sample, DateOnly Today)
{
    public bool Covers(DateOnly day) => (From is not { } from || day >= from) && (To is not { } to || day <= to);

    /// <summary>All of them, or <see cref="Sample"/> of them, the newest among them and the others spread evenly.</summary>
    public IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (all.Count <= Sample)
        {
            return all;
        }

        var step = (double)all.Count / Sample;
        var offset = step * (Today.DayNumber % 16) / 16;
        return [.. Enumerable.Range(0, Sample - 1).Select(i => all[(int)((i * step) + offset)]), all[^1]];
    }
}

/// <summary>What a checkup found.</summary>
/// <param name="Checked">Things it looked at.</param>
/// <param name="Of">Things there are.</param>
public sealed record CheckupFindings(long Checked, long Of, IReadOnlyList<Ailment> Ailments);

/// <summary>One thing that is wrong.</summary>
/// <param name="Advice">What --fix does about it, or what somebody has to do.</param>
/// <param name="Subject">The checkup's own, for <see cref="ICheckup.CureAsync"/>.</param>
public sealed record Ailment(string What, Remedy Remedy, string Advice, object? Subject = null);

/// <summary>What may be done about an ailment.</summary>
public enum Remedy
{
    /// <summary>Loses nothing and asks nobody: done by --fix.</summary>
    Safe,

    /// <summary>Somebody has to decide.</summary>
    ByHand,
}
