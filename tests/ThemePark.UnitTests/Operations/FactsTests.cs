using Shouldly;
using ThemePark.Jobs;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Operations.Watching;
using ThemePark.Modules.Storage.Contracts;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed class FactsTests
{
    private const long Gb = 1L << 30;
    private static readonly DateTime Now = new(2026, 3, 2, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Minutes_of_all_nodes_count_together_those_before_a_restart_too()
    {
        var facts = Facts.OfNodes(
            NodeWindow.Of(
            [
                Minute("a-1", -40, requests: 100, errors: 1, ms: 10, cpu: 20, rss: Gb, logErrors: 2),
                Minute("a-2", -2, requests: 300, errors: 1, ms: 80, cpu: 60, rss: 3 * Gb, logErrors: 1),
                Minute("a-2", -1, requests: 0, errors: 0, ms: null, cpu: 40, rss: 2 * Gb, logErrors: 0),
                // A worker: no HTTP, and it cannot see its limit.
                new NodeMinute("w", Now, 60, null, null, 90, Gb, null, 4),
            ]),
            Now);

        facts[WatchMetric.ErrorRate].Value.ShouldBe(100.0 * 2 / 400);
        facts[WatchMetric.ErrorRate].Detail.ShouldBe("2 of 400 requests");
        facts[WatchMetric.LogErrors].Value.ShouldBe(7);
        facts[WatchMetric.ApiP95].Value!.Value.ShouldBeInRange(75, 100);
        facts[WatchMetric.PageP95].ShouldBe(Fact.Unknown("No page of the console was asked for."));
        (facts[WatchMetric.Cpu].Value, facts[WatchMetric.Cpu].Detail).ShouldBe((90, "w, of 3 nodes"));
        (facts[WatchMetric.Memory].Value, facts[WatchMetric.Memory].Detail).ShouldBe((75, "a-2, of 3 nodes"));
    }

    [Fact]
    public void The_load_of_a_node_is_its_mean_by_time()
    {
        NodeLoad.Of("a", [Minute("a", -2, cpu: 10), Minute("a", -1, cpu: 90) with { Seconds = 180 }]).CpuPercent.ShouldBe(70);
    }

    [Fact]
    public void Nodes_that_are_silent_or_serve_nobody_make_no_data()
    {
        Facts.OfNodes(NodeWindow.Of([]), Now).Values.ShouldAllBe(f => f.Value == null && f.Detail == "No node has written about itself.");
        Facts.OfNodes(NodeWindow.Of([Minute("a", -16, requests: 5, ms: 5)]), Now).Values.ShouldAllBe(f => f.Value == null && f.Detail!.Contains("since 2026-03-02 11:44"));
        var worker = Facts.OfNodes(NodeWindow.Of([new NodeMinute("w", Now, 60, null, null, 1, Gb, null, 0)]), Now);
        worker[WatchMetric.ErrorRate].Value.ShouldBeNull();
        worker[WatchMetric.ApiP95].Value.ShouldBeNull();
        worker[WatchMetric.Memory].Value.ShouldBeNull();
        worker[WatchMetric.LogErrors].Value.ShouldBe(0);
        Facts.OfNodes(NodeWindow.Of([Minute("a", -1)]), Now)[WatchMetric.ErrorRate].ShouldBe(Fact.Unknown("No request was answered."));
    }

    [Fact]
    public void Imports_that_came_to_their_end_succeeded_and_errors_of_files_warn()
    {
        Facts.OfImports(new EndedImports(0, 0, 0)).Value.ShouldBeNull();
        Facts.OfImports(new EndedImports(3, 0, 1)).ShouldBe(new Fact(75, "3 completed, 0 with errors, 1 failed"));
        Facts.OfImports(new EndedImports(3, 1, 0)).ShouldBe(new Fact(100, "3 completed, 1 with errors, 0 failed", Verdict.Warn));
    }

    [Fact]
    public void Matches_weigh_by_events()
    {
        Facts.OfEvents(new ImportedEvents(3, 0, 0)).Value.ShouldBeNull();
        Facts.OfEvents(new ImportedEvents(2, 1000, 25)).Value.ShouldBe(97.5);
        Facts.OfUnmatched(null).Value.ShouldBeNull();
        Facts.OfUnmatched(0).Value.ShouldBe(0);
    }

    [Fact]
    public void The_disk_is_known_by_fresh_measurements_only()
    {
        Unknown(null, "Storage was never measured.");
        Unknown(new DiskOutlook(Now.AddDays(-3), 5, true, 100), "Storage was last measured 2026-02-27 12:00 UTC.");
        Unknown(new DiskOutlook(Now, null, true, null), "Growth needs two measurements.");

        var facts = Facts.OfDisk(new DiskOutlook(Now.AddDays(-1), 3 * 1024 * 1024, true, 45), Now);
        (facts[WatchMetric.DiskGrowth].Value, facts[WatchMetric.DiskDaysLeft].Value).ShouldBe((3, 45));
        Facts.OfDisk(new DiskOutlook(Now, 5, false, null), Now)[WatchMetric.DiskDaysLeft].ShouldBe(Fact.Unknown("How much fits is not known."));
        var shrinking = Facts.OfDisk(new DiskOutlook(Now, -5, true, null), Now)[WatchMetric.DiskDaysLeft];
        (shrinking.Value, shrinking.Detail).ShouldBe((36_500, "Never full at this rate."));

        static void Unknown(DiskOutlook? disk, string why) => Facts.OfDisk(disk, Now).Values.ShouldAllBe(f => f == Fact.Unknown(why));
    }

    [Fact]
    public void A_critical_alert_fails()
    {
        Facts.OfAlerts(null).Value.ShouldBeNull();
        Facts.OfAlerts(new OpenAlerts(0, 2)).ShouldBe(new Fact(2, "0 critical, 2 warnings"));
        Facts.OfAlerts(new OpenAlerts(1, 2)).ShouldBe(new Fact(3, "1 critical, 2 warnings", Verdict.Fail));
    }

    [Fact]
    public void Schedules_that_do_not_come_fail_and_those_that_skipped_warn()
    {
        var fine = Schedule("fine");
        var overdue = Schedule("overdue") with { NextAt = Now.AddMinutes(-6), LastSkippedAt = Now };
        var skipped = Schedule("skipped") with { LastSkippedAt = Now.AddHours(-1) };
        var longAgo = Schedule("long-ago") with { LastSkippedAt = Now.AddDays(-2) };
        var paused = Schedule("paused") with { Paused = new RecurringPause(Now, "somebody", null), NextAt = null };
        var retired = Schedule("retired") with { RetiredAt = Now, NextAt = null };

        Missed(paused, retired).Value.ShouldBeNull();
        Missed(fine, longAgo, paused, retired).Value.ShouldBe(0);
        var warned = Missed(fine, skipped);
        (warned.Value, warned.Least).ShouldBe((1, Verdict.Pass));
        var failed = Missed(fine, skipped, overdue);
        (failed.Value, failed.Least).ShouldBe((2, Verdict.Fail));
        failed.Detail.ShouldBe("overdue: overdue; skipped because their last job was not finished: skipped; 3 are active");

        static Fact Missed(params RecurringView[] schedules) => Facts.OfSchedules(schedules, Now.AddDays(-1), Now);
    }

    private static RecurringView Schedule(string name) => new()
    {
        Name = name, Description = name, JobName = name, Cron = "* * * * *", TimeZone = "UTC", NextAt = Now.AddMinutes(1), Preview = [],
    };

    private static NodeMinute Minute(
        string node, int minutes, long requests = 0, long errors = 0, double? ms = null, double cpu = 1, long rss = Gb, long logErrors = 0)
    {
        var times = new TimeHistogram();
        if (ms is { } time)
        {
            times.Add(time, requests);
        }

        return new NodeMinute(
            node, Now.AddMinutes(minutes), 60, new HttpFigures(requests, errors, times), new HttpFigures(0, 0, new TimeHistogram()), cpu, rss, 4 * Gb, logErrors);
    }
}
