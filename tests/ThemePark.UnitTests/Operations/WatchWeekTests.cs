using Shouldly;
using ThemePark.Modules.Operations.Watching;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Operations;

/// <summary>A watch from its first half hour to its end, on a clock that is moved.</summary>
public sealed class WatchWeekTests
{
    private static readonly WatchMetric[] All = Enum.GetValues<WatchMetric>();

    private readonly ManualTime _time = new();
    private readonly List<Sample> _samples = [];
    private readonly DateTime _begun;

    public WatchWeekTests() => _begun = Now;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    [Fact]
    public void A_week_in_which_everything_was_well_passes_and_has_seven_days_of_48_samples()
    {
        Watch((_, _) => Verdict.Pass);

        _samples.Count.ShouldBe(7 * 48 * All.Length);
        WatchPlan.SlotOf(_begun, Now).ShouldBeNull();
        Conclusion.Of(_samples).ShouldSatisfyAllConditions(c => c.State.ShouldBe(WatchState.Passed), c => c.Objections.ShouldBeEmpty());
    }

    [Fact]
    public void What_failed_and_was_mended_passes_and_what_fails_at_the_end_fails()
    {
        Watch((metric, slot) => (metric, slot) switch
        {
            (WatchMetric.ErrorRate, < 100) => Verdict.Fail,
            (WatchMetric.Memory, > 330) => Verdict.Fail,
            (WatchMetric.ApiP95, _) => Verdict.Warn,
            _ => Verdict.Pass,
        });

        var (state, objections) = Conclusion.Of(_samples);
        state.ShouldBe(WatchState.Failed);
        objections.ShouldBe(["MEMORY failed: 3, wanted < 1."]);
        Report(2).Days[1].Verdict.ShouldBe("FAIL");
        Report(3).Days[2].Verdict.ShouldBe("PASS");

        MetricDay Metric(int day, WatchMetric metric) => WatchReport.Of(Row(), _samples, Now, day).Metrics.Single(m => m.Metric == BuildingBlocks.EnumText.ToUpperSnake(metric)).Days[day - 1];
        WatchedMetric Report(int day) => WatchReport.Of(Row(), _samples, Now, day).Metrics.Single(m => m.Metric == "ERROR_RATE");
        Metric(7, WatchMetric.Memory).ShouldBe(new MetricDay(7, "FAIL", 48, 48, 3, 1, 1, 3, "as it was"));
    }

    [Fact]
    public void No_data_is_never_good()
    {
        Watch((_, _) => Verdict.NoData);

        var (state, objections) = Conclusion.Of(_samples);
        state.ShouldBe(WatchState.Failed);
        objections.Count.ShouldBe(All.Length + 1);
        objections.ShouldContain("PAGE_P95 never had data.");
        objections.ShouldContain("Day 7 was not watched.");
        WatchReport.Of(Row(), _samples, Now, null).Metrics.SelectMany(m => m.Days).ShouldAllBe(d => d.Verdict == "NO_DATA" && d.Last == null && d.Median == null);
    }

    [Fact]
    public void One_metric_that_was_never_known_fails_the_release_and_one_known_once_does_not()
    {
        Watch((metric, slot) => metric is WatchMetric.PageP95 || (metric is WatchMetric.MatchRate && slot != 20) ? Verdict.NoData : Verdict.Pass);

        Conclusion.Of(_samples).Objections.ShouldBe(["PAGE_P95 never had data."]);
    }

    [Fact]
    public void A_failure_that_was_last_known_stays_one_however_long_nothing_is_known_after_it()
    {
        Watch((metric, slot) => metric is WatchMetric.MatchRate ? slot < 10 ? Verdict.Fail : Verdict.NoData : Verdict.Pass);

        Conclusion.Of(_samples).State.ShouldBe(WatchState.Failed);
    }

    [Fact]
    public void Missing_half_hours_are_missing_and_a_seventh_day_without_any_fails()
    {
        // The host is away for the third day, and from the sixth on.
        Watch((_, _) => Verdict.Pass, slot => WatchPlan.DayOf(slot) is 3 or > 5);

        var report = WatchReport.Of(Row(), _samples, Now, 3);
        report.Metrics.ShouldAllBe(m => m.Days[2].Verdict == "NO_DATA" && m.Days[2].Detail == "No sample was taken." && m.Days[3].Verdict == "PASS");
        report.Metrics[0].Values.Count.ShouldBe(5 * 48);
        report.Metrics[0].Values.Take(2 * 48).ShouldAllBe(v => v == 1);
        report.Metrics[0].Values.Skip(2 * 48).Take(48).ShouldAllBe(v => v == null);
        Conclusion.Of(_samples).Objections.ShouldBe(["Day 7 was not watched."]);
    }

    [Fact]
    public void Each_day_has_its_focus_and_those_metrics_come_first()
    {
        Enumerable.Range(1, 7).Select(WatchPlan.Focus).ShouldBe(["errors", "pages", "match rate", "memory", "schedules", "disk", "everything"]);
        Enumerable.Range(1, 6).SelectMany(WatchPlan.InFocus).ShouldBe(All, ignoreOrder: true);
        WatchReport.Of(Row(), [], Now, 4).Metrics.Take(2).ShouldAllBe(m => m.InFocus);
        WatchReport.Of(Row(), [], Now, 4).Metrics.Select(m => m.Metric).Take(3).ShouldBe(["MEMORY", "CPU", "ERROR_RATE"]);
        WatchReport.Of(Row(), [], Now, 7).Metrics.ShouldAllBe(m => m.InFocus);
    }

    [Fact]
    public void A_day_that_has_not_come_has_no_verdict_not_even_that_there_is_no_data()
    {
        _time.Advance(TimeSpan.FromHours(25));
        var report = WatchReport.Of(Row(), [], Now, null);
        (report.Day, report.Focus).ShouldBe((2, "pages"));
        report.Metrics.ShouldAllBe(m => m.Days[1].Verdict == "NO_DATA" && m.Days[2].Verdict == null);
        report.Days.Select(d => d.HasBegun).ShouldBe([true, true, false, false, false, false, false]);
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(29, 0, 1)]
    [InlineData(30, 1, 1)]
    [InlineData(24 * 60, 48, 2)]
    [InlineData((7 * 24 * 60) - 1, 335, 7)]
    public void A_half_hour_has_its_number_and_its_day(int minutes, int slot, int day)
    {
        WatchPlan.SlotOf(_begun, _begun.AddMinutes(minutes)).ShouldBe(slot);
        WatchPlan.DayAt(_begun, _begun.AddMinutes(minutes)).ShouldBe(day);
    }

    [Fact]
    public void After_seven_days_there_is_no_half_hour_left()
    {
        WatchPlan.SlotOf(_begun, _begun.AddDays(7)).ShouldBeNull();
        WatchPlan.DayAt(_begun, _begun.AddDays(30)).ShouldBe(7);
    }

    private Watch Row() => new() { WatchId = 1, Version = "1.2.3", State = WatchState.Watching, BegunAt = _begun, BegunBy = "tester" };

    private void Watch(Func<WatchMetric, int, Verdict> verdict, Func<int, bool>? isAway = null)
    {
        while (WatchPlan.SlotOf(_begun, Now) is { } slot)
        {
            if (isAway?.Invoke(slot) is not true)
            {
                _samples.AddRange(All.Select(m => new Sample(slot, Now, ReadingOf(m, verdict(m, slot)))));
            }

            _time.Advance(TimeSpan.FromMinutes(30));
        }
    }

    // Of a rule that a 1 passes, a 2 warns of and a 3 fails.
    private static Reading ReadingOf(WatchMetric metric, Verdict verdict) => verdict is Verdict.NoData
        ? new Reading(metric, null, "< 1", verdict, "Nobody knows.")
        : new Reading(metric, (int)verdict + 1, "< 1", verdict, "as it was");
}
