using System.Globalization;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Storage.Contracts;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>What is known makes facts; what is not known makes none, and says why.</summary>
internal static class Facts
{
    // A schedule is looked at every second; what is later than this was not come for.
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(5);

    // Nodes write every minute. Older rows tell of the past.
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(15);

    // As health has it: older measurements prove nothing.
    private static readonly TimeSpan OldMeasurement = TimeSpan.FromDays(2);

    // A detail that lists more is a wall of text.
    private const int MostNamed = 5;

    // As far as any setting reaches.
    private const double MostDays = 36_500;

    private const double BytesPerMb = 1024 * 1024;

    public static IReadOnlyDictionary<WatchMetric, Fact> OfNodes(NodeWindow window, DateTime now)
    {
        WatchMetric[] all = [WatchMetric.ErrorRate, WatchMetric.LogErrors, WatchMetric.PageP95, WatchMetric.ApiP95, WatchMetric.Memory, WatchMetric.Cpu];
        if (window.Newest is not { } newest)
        {
            return all.ToDictionary(m => m, _ => Fact.Unknown("No node has written about itself."));
        }

        if (now - newest > Silent)
        {
            return all.ToDictionary(m => m, _ => Fact.Unknown(Text($"No node has written about itself since {newest:yyyy-MM-dd HH:mm} UTC.")));
        }

        return new Dictionary<WatchMetric, Fact>
        {
            [WatchMetric.ErrorRate] = window.Http is { Requests: > 0 } http
                ? new Fact(100.0 * http.Errors / http.Requests, Text($"{http.Errors} of {http.Requests} requests"))
                : Fact.Unknown("No request was answered."),
            [WatchMetric.LogErrors] = new Fact(window.LogErrors, Text($"of {window.Loads.Count} nodes")),
            [WatchMetric.PageP95] = OfTimes(window.PageTimes, "No page of the console was asked for."),
            [WatchMetric.ApiP95] = OfTimes(window.ApiTimes, "No API request was answered."),
            [WatchMetric.Cpu] = window.Loads.MaxBy(n => n.CpuPercent) is { } busiest
                ? new Fact(busiest.CpuPercent, Text($"{busiest.Node}, of {window.Loads.Count} nodes"))
                : Fact.Unknown("No node has written about itself."),
            [WatchMetric.Memory] = window.Loads.Where(n => n.MemoryPercent is not null).MaxBy(n => n.MemoryPercent) is { } largest
                ? new Fact(largest.MemoryPercent, Text($"{largest.Node}, of {window.Loads.Count} nodes"))
                : Fact.Unknown("No node can see how much memory it may have."),
        };
    }

    public static Fact OfImports(EndedImports ended)
    {
        var all = ended.Completed + ended.WithErrors + ended.Failed;
        return all == 0
            ? Fact.Unknown("No import has ended.")
            : new Fact(
                100.0 * (ended.Completed + ended.WithErrors) / all,
                Text($"{ended.Completed} completed, {ended.WithErrors} with errors, {ended.Failed} failed"),
                ended.WithErrors > 0 ? Verdict.Warn : Verdict.Pass);
    }

    public static Fact OfEvents(ImportedEvents imported) => imported.Events == 0
        ? Fact.Unknown("No event was imported.")
        : new Fact(100.0 * (imported.Events - imported.Unmatched) / imported.Events, Text($"{imported.Unmatched} of {imported.Events} events without a ride"));

    public static Fact OfUnmatched(int? open) => open is { } entities ? new Fact(entities, null) : Fact.Unknown("No import has ever ended.");

    public static IReadOnlyDictionary<WatchMetric, Fact> OfDisk(DiskOutlook? disk, DateTime now)
    {
        return disk is null ? Both(Fact.Unknown("Storage was never measured."))
            : now - disk.MeasuredAt > OldMeasurement ? Both(Fact.Unknown(Text($"Storage was last measured {disk.MeasuredAt:yyyy-MM-dd HH:mm} UTC.")))
            : disk.BytesPerDay is not { } perDay ? Both(Fact.Unknown("Growth needs two measurements."))
            : Disk(
                new Fact(perDay / BytesPerMb, null),
                !disk.IsCapacityKnown ? Fact.Unknown("How much fits is not known.")
                : disk.DaysUntilFull is { } days ? new Fact(Math.Min(days, MostDays), null)
                : new Fact(MostDays, "Never full at this rate."));

        static IReadOnlyDictionary<WatchMetric, Fact> Both(Fact unknown) => Disk(unknown, unknown);

        static IReadOnlyDictionary<WatchMetric, Fact> Disk(Fact growth, Fact daysLeft) =>
            new Dictionary<WatchMetric, Fact> { [WatchMetric.DiskGrowth] = growth, [WatchMetric.DiskDaysLeft] = daysLeft };
    }

    public static Fact OfAlerts(OpenAlerts? open) => open is null
        ? Fact.Unknown("Storage was never measured.")
        : new Fact(open.Critical + open.Warning, Text($"{open.Critical} critical, {open.Warning} warnings"), open.Critical > 0 ? Verdict.Fail : Verdict.Pass);

    /// <param name="from">UTC: instants that were skipped before are of no interest.</param>
    public static Fact OfSchedules(IReadOnlyList<RecurringView> schedules, DateTime from, DateTime now)
    {
        var active = schedules.Where(s => s.RetiredAt is null && s.Paused is null).ToList();
        if (active.Count == 0)
        {
            return Fact.Unknown("Every schedule is paused.");
        }

        var overdue = active.Where(s => now - s.NextAt > Overdue).Select(s => s.Name).ToList();
        var skipped = active.Where(s => s.LastSkippedAt >= from).Select(s => s.Name).Except(overdue, StringComparer.Ordinal).ToList();
        return new Fact(
            overdue.Count + skipped.Count,
            Text($"overdue: {Named(overdue)}; skipped because their last job was not finished: {Named(skipped)}; {active.Count} are active"),
            overdue.Count > 0 ? Verdict.Fail : Verdict.Pass);
    }

    private static Fact OfTimes(TimeHistogram times, string otherwise) =>
        times.Quantile(0.95) is { } p95 ? new Fact(p95, Text($"of {times.Count} requests")) : Fact.Unknown(otherwise);

    private static string Named(List<string> names) =>
        names.Count == 0 ? "none" : string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? Text($" and {names.Count - MostNamed} more") : "");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
