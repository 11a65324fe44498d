namespace ThemePark.Modules.Operations.Watching;

/// <summary>The seven days of a watch, cut into half hours, and what to look at first on each.</summary>
internal static class WatchPlan
{
    public const int Days = 7;
    public const int SlotsPerDay = 48;

    private const int Slots = Days * SlotsPerDay;
    private static readonly TimeSpan SlotLength = TimeSpan.FromDays(1) / SlotsPerDay;

    private static readonly (string Name, WatchMetric[] Metrics)[] Focuses =
    [
        ("errors", [WatchMetric.ErrorRate, WatchMetric.LogErrors]),
        ("pages", [WatchMetric.PageP95, WatchMetric.ApiP95]),
        ("match rate", [WatchMetric.MatchRate, WatchMetric.UnmatchedOpen, WatchMetric.ImportSuccess]),
        ("memory", [WatchMetric.Memory, WatchMetric.Cpu]),
        ("schedules", [WatchMetric.SchedulesMissed, WatchMetric.AlertsOpen]),
        ("disk", [WatchMetric.DiskGrowth, WatchMetric.DiskDaysLeft]),
        ("everything", Enum.GetValues<WatchMetric>()),
    ];

    /// <summary>The half hour an instant is in; null: the seven days are over.</summary>
    public static int? SlotOf(DateTime begunAt, DateTime at)
    {
        // Another node's clock may be a little behind the one that began it.
        var slot = Math.Max(0, (at - begunAt) / SlotLength);
        return slot < Slots ? (int)slot : null;
    }

    /// <summary>1 to 7.</summary>
    public static int DayOf(int slot) => (slot / SlotsPerDay) + 1;

    /// <summary>1 to 7, the seventh from then on for ever.</summary>
    public static int DayAt(DateTime begunAt, DateTime at) => SlotOf(begunAt, at) is { } slot ? DayOf(slot) : Days;

    /// <summary>UTC.</summary>
    public static DateTime Begin(DateTime begunAt, int day) => begunAt.AddDays(day - 1);

    public static DateTime End(DateTime begunAt) => begunAt.AddDays(Days);

    /// <summary>In a word or two.</summary>
    public static string Focus(int day) => Focuses[day - 1].Name;

    public static IReadOnlyList<WatchMetric> InFocus(int day) => Focuses[day - 1].Metrics;
}
