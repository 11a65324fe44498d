using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Operations.Watching;
using Xunit;

namespace ThemePark.UnitTests.Operations;

public sealed class RuleTests
{
    private static readonly WatchOptions Usual = new();

    [Theory]
    [InlineData("ErrorRate", 0.99, "Pass")]
    [InlineData("ErrorRate", 1, "Fail")]
    [InlineData("LogErrors", 9, "Pass")]
    [InlineData("LogErrors", 10, "Warn")]
    [InlineData("LogErrors", 100, "Fail")]
    [InlineData("PageP95", 99.9, "Pass")]
    [InlineData("PageP95", 100, "Fail")]
    [InlineData("ApiP95", 49.9, "Pass")]
    [InlineData("ApiP95", 50, "Warn")]
    [InlineData("ApiP95", 250, "Fail")]
    [InlineData("MatchRate", 97, "Fail")]
    [InlineData("MatchRate", 97.01, "Pass")]
    [InlineData("ImportSuccess", 95, "Fail")]
    [InlineData("ImportSuccess", 95.1, "Pass")]
    [InlineData("UnmatchedOpen", 0, "Pass")]
    [InlineData("UnmatchedOpen", 1, "Warn")]
    [InlineData("UnmatchedOpen", 100, "Warn")]
    [InlineData("UnmatchedOpen", 101, "Fail")]
    [InlineData("Memory", 79.9, "Pass")]
    [InlineData("Memory", 80, "Fail")]
    [InlineData("Cpu", 84.9, "Pass")]
    [InlineData("Cpu", 85, "Fail")]
    [InlineData("SchedulesMissed", 0, "Pass")]
    [InlineData("SchedulesMissed", 50, "Warn")]
    [InlineData("AlertsOpen", 0, "Pass")]
    [InlineData("AlertsOpen", 50, "Warn")]
    [InlineData("DiskGrowth", 1023, "Pass")]
    [InlineData("DiskGrowth", 1024, "Warn")]
    [InlineData("DiskGrowth", 10_240, "Fail")]
    [InlineData("DiskDaysLeft", 90, "Pass")]
    [InlineData("DiskDaysLeft", 89.9, "Warn")]
    [InlineData("DiskDaysLeft", 29.9, "Fail")]
    public void Every_metric_has_its_limits(string metric, double value, string verdict) =>
        Judge(Enum.Parse<WatchMetric>(metric), value).ToString().ShouldBe(verdict);

    [Fact]
    public void A_worse_value_never_has_a_better_verdict() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<(NormalFloat One, NormalFloat Other)>(),
        Gen.Elements(Enum.GetValues<WatchMetric>()).ToArbitrary(),
        (values, metric) =>
        {
            var (low, high) = (Math.Min(values.One.Get, values.Other.Get), Math.Max(values.One.Get, values.Other.Get));
            var isMoreBetter = metric is WatchMetric.MatchRate or WatchMetric.ImportSuccess or WatchMetric.DiskDaysLeft;
            return isMoreBetter ? Judge(metric, high) <= Judge(metric, low) : Judge(metric, low) <= Judge(metric, high);
        }));

    [Fact]
    public void Without_a_number_there_is_no_data_whatever_the_rule()
    {
        foreach (var metric in Enum.GetValues<WatchMetric>())
        {
            foreach (var fact in (Fact[])[Fact.Unknown("Nobody knows."), new Fact(double.NaN, "Nobody knows."), new Fact(double.PositiveInfinity, "Nobody knows.")])
            {
                var reading = Reading.Of(metric, fact, Rule.Of(metric, Usual));
                (reading.Verdict, reading.Value, reading.Detail).ShouldBe((Verdict.NoData, null, "Nobody knows."));
            }
        }
    }

    [Fact]
    public void A_fact_can_be_worse_than_its_number()
    {
        var rule = Rule.Of(WatchMetric.ImportSuccess, Usual);
        Reading.Of(WatchMetric.ImportSuccess, new Fact(100, null, Verdict.Warn), rule).Verdict.ShouldBe(Verdict.Warn);
        Reading.Of(WatchMetric.ImportSuccess, new Fact(90, null, Verdict.Warn), rule).Verdict.ShouldBe(Verdict.Fail);
    }

    [Fact]
    public void What_is_wanted_fits_its_column_and_a_long_detail_is_cut()
    {
        var most = new WatchOptions { DiskGrowthWarnMb = 999_999_999.5, DiskGrowthFailMb = 1e9, ApiP95WarnMs = 59_999.25, ApiP95FailMs = 59_999.75, DiskDaysWarn = 36_499.25, DiskDaysFail = 36_499.125 };
        Enum.GetValues<WatchMetric>().ShouldAllBe(m => Rule.Of(m, most).Text.Length <= 60);
        Reading.Of(WatchMetric.Cpu, new Fact(1, new string('x', 501)), Rule.Of(WatchMetric.Cpu, Usual)).Detail!.Length.ShouldBe(500);
        Rule.Of(WatchMetric.ApiP95, Usual).Text.ShouldBe("< 50 ms, fails from 250 ms");
        Rule.Of(WatchMetric.PageP95, Usual).Text.ShouldBe("< 100 ms");
    }

    [Fact]
    public void Every_setting_moves_a_limit()
    {
        Judge(WatchMetric.ErrorRate, 3, new WatchOptions { ErrorRatePercent = 4 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.LogErrors, 15, new WatchOptions { LogErrorsWarn = 20 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.LogErrors, 15, new WatchOptions { LogErrorsFail = 12 }).ShouldBe(Verdict.Fail);
        Judge(WatchMetric.ImportSuccess, 90, new WatchOptions { ImportSuccessPercent = 80 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.MatchRate, 90, new WatchOptions { MatchRatePercent = 80 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.UnmatchedOpen, 7, new WatchOptions { UnmatchedMost = 6 }).ShouldBe(Verdict.Fail);
        Judge(WatchMetric.ApiP95, 60, new WatchOptions { ApiP95WarnMs = 70 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.ApiP95, 60, new WatchOptions { ApiP95FailMs = 55 }).ShouldBe(Verdict.Fail);
        Judge(WatchMetric.PageP95, 120, new WatchOptions { PageP95Ms = 150 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.DiskGrowth, 2000, new WatchOptions { DiskGrowthWarnMb = 3000 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.DiskGrowth, 2000, new WatchOptions { DiskGrowthFailMb = 1500 }).ShouldBe(Verdict.Fail);
        Judge(WatchMetric.DiskDaysLeft, 50, new WatchOptions { DiskDaysWarn = 40 }).ShouldBe(Verdict.Pass);
        Judge(WatchMetric.DiskDaysLeft, 50, new WatchOptions { DiskDaysFail = 60 }).ShouldBe(Verdict.Fail);
        Judge(WatchMetric.Cpu, 50, new WatchOptions { CpuPercent = 40 }).ShouldBe(Verdict.Fail);
        Judge(WatchMetric.Memory, 50, new WatchOptions { MemoryPercent = 40 }).ShouldBe(Verdict.Fail);
    }

    [Fact]
    public void What_fails_must_be_no_better_than_what_warns()
    {
        Usual.IsInOrder.ShouldBeTrue();
        new WatchOptions { LogErrorsWarn = 101 }.IsInOrder.ShouldBeFalse();
        new WatchOptions { ApiP95FailMs = 49 }.IsInOrder.ShouldBeFalse();
        new WatchOptions { DiskGrowthFailMb = 1000 }.IsInOrder.ShouldBeFalse();
        new WatchOptions { DiskDaysFail = 91 }.IsInOrder.ShouldBeFalse();
    }

    private static Verdict Judge(WatchMetric metric, double value, WatchOptions? options = null) => Rule.Of(metric, options ?? Usual).Judge(value);
}
