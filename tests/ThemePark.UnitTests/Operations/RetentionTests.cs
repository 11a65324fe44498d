using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Operations.Backups;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed class RetentionTests
{
    private static readonly DateTime Now = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_year_of_daily_backups_comes_down_to_the_newest_the_weeks_and_the_months()
    {
        var all = Enumerable.Range(0, 365).Select(day => Of(Now.AddDays(-day))).ToList();

        var kept = all.Except(Retention.Gone(all, new BackupOptions { KeepNewest = 3, KeepWeeks = 4, KeepMonths = 6 }, Now)).ToList();

        kept.Take(3).ShouldBe(all.Take(3));
        kept.Count.ShouldBeInRange(10, 3 + 5 + 7);
        kept[^1].CreatedAt.ShouldBeGreaterThan(Now.AddMonths(-6));
    }

    [Fact]
    public void The_newest_one_that_is_known_to_restore_is_kept_however_old_it_is()
    {
        var good = Of(Now.AddYears(-3)) with { Verification = new Verification(Now, 1, "", [], []) };
        var bad = Enumerable.Range(0, 10).Select(day => Of(Now.AddDays(-day)) with { Verification = new Verification(Now, 1, "", [], ["It does not load."]) });

        Retention.Gone([.. bad, good], new BackupOptions { KeepNewest = 1, KeepWeeks = 0, KeepMonths = 0 }, Now).ShouldNotContain(good);
    }

    [Fact]
    public void Nothing_that_is_kept_is_removed_later_on_the_same_day_and_one_is_always_kept() => Prop.ForAll(
        Gen.Choose(0, 500_000).ListOf().ToArbitrary(),
        minutes =>
        {
            var all = minutes.Distinct().Select(m => Of(Now.AddMinutes(-m))).ToList();
            var options = new BackupOptions { KeepNewest = 1, KeepWeeks = 2, KeepMonths = 2 };
            var kept = all.Except(Retention.Gone(all, options, Now)).ToList();
            return Retention.Gone(kept, options, Now).Count == 0 && (all.Count == 0) == (kept.Count == 0);
        }).QuickCheckThrowOnFailure();

    private static Backup Of(DateTime at) => new()
    {
        Id = Backup.IdOf(at),
        CreatedAt = at,
        Seconds = 1,
        ProgramVersion = "1",
        ServerVersion = "10.11",
        SchemaVersion = 1,
        Database = "themepark",
        Consistency = Consistency.SingleTransaction,
        SourceTables = [],
        Files = [],
    };
}
