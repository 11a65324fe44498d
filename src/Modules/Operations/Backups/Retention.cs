using System.Globalization;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>Which backups are kept: the newest ones, one a week, one a month. Weeks are ISO weeks, both by UTC.</summary>
internal static class Retention
{
    /// <summary>Those that are not kept, the oldest first. The newest that is known to restore is always kept.</summary>
    public static IReadOnlyList<Backup> Gone(IReadOnlyList<Backup> all, BackupOptions options, DateTime now)
    {
        var newestFirst = all.OrderByDescending(b => b.CreatedAt).ToList();
        var kept = newestFirst.Take(options.KeepNewest)
            .Concat(newestFirst.Where(b => b.Verification is { Passed: true }).Take(1))
            .Concat(NewestOfEach(newestFirst, b => (ISOWeek.GetYear(b.CreatedAt), ISOWeek.GetWeekOfYear(b.CreatedAt)), now.AddDays(-7.0 * options.KeepWeeks)))
            .Concat(NewestOfEach(newestFirst, b => (b.CreatedAt.Year, b.CreatedAt.Month), now.AddMonths(-options.KeepMonths)))
            .ToHashSet();
        return [.. newestFirst.Where(b => !kept.Contains(b)).Reverse()];
    }

    private static IEnumerable<Backup> NewestOfEach<TKey>(IEnumerable<Backup> newestFirst, Func<Backup, TKey> period, DateTime since) =>
        newestFirst.Where(b => b.CreatedAt > since).GroupBy(period).Select(g => g.First());
}
