namespace ThemePark.Modules.Analytics.Reading;

/// <summary>The sums of one day that comparisons are made of.</summary>
internal sealed class DaySums
{
    public DateOnly StatDate { get; init; }

    public long WaitSeconds { get; init; }

    public long WaitSum { get; init; }

    public long? UptimeSeconds { get; init; }

    public long? DowntimeSeconds { get; init; }
}

/// <summary>One of the figures that can be compared between years.</summary>
internal sealed record ComparedFigure(string Name, string Unit, int Decimals, Func<IReadOnlyCollection<DaySums>, double?> Of)
{
    public const string Wait = "wait";

    private static readonly ComparedFigure[] Figures =
    [
        new(Wait, "minutes", 1, days => Reading.Figures.AverageWait(days.Sum(d => d.WaitSum), days.Sum(d => d.WaitSeconds))),
        new("downtime", "hours", 2, days => days.Count == 0 || days.Any(d => d.DowntimeSeconds is null) ? null : Reading.Figures.Hours(days.Sum(d => d.DowntimeSeconds))),
        new("uptime", "percent", 1, days => Reading.Figures.Uptime(days.Sum(d => d.UptimeSeconds), days.Sum(d => d.DowntimeSeconds))),
    ];

    public static IEnumerable<string> All => Figures.Select(f => f.Name);

    /// <exception cref="InvalidOperationException">The validator let it pass.</exception>
    public static ComparedFigure Parse(string name) => Figures.Single(f => f.Name == name);

    public bool Knows(DaySums day) => Of([day]) is not null;
}
