using Shouldly;
using ThemePark.Modules.Storage;
using ThemePark.Modules.Storage.Alerts;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class AlertRulesTests
{
    private static readonly AlertOptions Defaults = new();
    private static readonly Dictionary<string, int> NoPartitions = [];

    [Theory]
    [InlineData(59.9, null)]
    [InlineData(60, AlertSeverity.Warning)]
    [InlineData(79.9, AlertSeverity.Warning)]
    [InlineData(80, AlertSeverity.Critical)]
    [InlineData(150, AlertSeverity.Critical)]
    public void Capacity(double percent, object? severity) =>
        Severity(Judge(Series(_ => 100), new Capacity(1000, percent * 10, Modules.Storage.Growth.Capacity.Configured)), AlertType.Capacity).ShouldBe(severity);

    [Theory]
    [InlineData(99, null)]
    [InlineData(100, AlertSeverity.Warning)]
    [InlineData(149, AlertSeverity.Warning)]
    [InlineData(150, AlertSeverity.Critical)]
    public void Partitions_of_each_table(int count, object? severity)
    {
        var verdict = Judge(Series(_ => 100), null, new Dictionary<string, int> { ["full"] = count, ["small"] = 3 });

        Severity(verdict, AlertType.Partitions).ShouldBe(severity);
        verdict.Findings.Where(f => f.Type == AlertType.Partitions).ShouldAllBe(f => f.Subject == "full" && f.Value == count);
    }

    // A MiB a day.
    [Theory]
    [InlineData(91, null)]
    [InlineData(89, AlertSeverity.Warning)]
    [InlineData(31, AlertSeverity.Warning)]
    [InlineData(29, AlertSeverity.Critical)]
    [InlineData(-5, AlertSeverity.Critical)]
    public void Days_until_full(double room, object? severity)
    {
        var capacity = new Capacity(1000 * Sizes.BytesPerMb, (1000 - room) * Sizes.BytesPerMb, Modules.Storage.Growth.Capacity.Configured);
        var verdict = Judge(Series(day => 100 + day), capacity);

        Severity(verdict, AlertType.DaysUntilFull).ShouldBe(severity);
        verdict.Findings.Where(f => f.Type == AlertType.DaysUntilFull).ShouldAllBe(f => Math.Abs(f.Value - Math.Max(0, room)) < 0.01);
    }

    [Fact]
    public void What_does_not_grow_is_never_full() =>
        Severity(Judge(Series(day => 500 - day), new Capacity(1e12, 1e11, Modules.Storage.Growth.Capacity.Configured)), AlertType.DaysUntilFull).ShouldBeNull();

    // 10 MiB a day in the month before.
    [Theory]
    [InlineData(10.9, null)]
    [InlineData(11.1, AlertSeverity.Warning)]
    [InlineData(12.4, AlertSeverity.Warning)]
    [InlineData(12.6, AlertSeverity.Critical)]
    [InlineData(8.8, AlertSeverity.Warning)]
    [InlineData(0, AlertSeverity.Critical)]
    public void The_rate_of_growth_against_the_month_before(double perDay, object? severity) =>
        Severity(Judge(Series(day => day <= 30 ? day * 10 : 300 + ((day - 30) * perDay)), null), AlertType.GrowthRate).ShouldBe(severity);

    [Fact]
    public void A_rate_of_next_to_nothing_has_no_change() =>
        AlertRules.ChangePercent(Series(day => day <= 30 ? day * 0.5 : 15 + ((day - 30) * 1.5))).ShouldBe(0);

    [Fact]
    public void What_cannot_be_known_is_neither_well_nor_wrong()
    {
        var verdict = Judge(Series(_ => 100, days: 1), null);

        verdict.Findings.ShouldBeEmpty();
        verdict.Unknown.ShouldBe([AlertType.Capacity, AlertType.DaysUntilFull, AlertType.GrowthRate], ignoreOrder: true);
        Judge(Series(day => day * 10, days: 45), null).Unknown.ShouldContain(AlertType.GrowthRate, "the month before has fifteen days");
        Judge(Series(day => day * 10), new Capacity(1e12, 1, Modules.Storage.Growth.Capacity.Configured)).Unknown.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public void When_it_is_full_is_not_told_from_less_than_a_week(int days, bool told)
    {
        var verdict = Judge(Series(day => day * 1000, days), new Capacity(1000, 999, Modules.Storage.Growth.Capacity.Configured));

        verdict.Findings.Any(f => f.Type == AlertType.DaysUntilFull).ShouldBe(told);
        verdict.Unknown.Contains(AlertType.DaysUntilFull).ShouldBe(!told);
    }

    [Fact]
    public void Thresholds_are_settings()
    {
        var options = new AlertOptions { PartitionsWarning = 3, PartitionsCritical = 4, CapacityWarningPercent = 1, CapacityCriticalPercent = 99 };
        var verdict = AlertRules.Judge(Series(_ => 100), new Capacity(100, 2, Modules.Storage.Growth.Capacity.Configured), new Dictionary<string, int> { ["t"] = 3 }, options);

        verdict.Findings.Select(f => (f.Type, f.Severity, f.Threshold)).ShouldBe(
            [(AlertType.Partitions, AlertSeverity.Warning, 3), (AlertType.Capacity, AlertSeverity.Warning, 1)]);
    }

    private static Verdict Judge(GrowthSeries series, Capacity? capacity, Dictionary<string, int>? partitions = null) =>
        AlertRules.Judge(series, capacity, partitions ?? NoPartitions, Defaults);

    private static AlertSeverity? Severity(Verdict verdict, AlertType type) => verdict.Findings.SingleOrDefault(f => f.Type == type)?.Severity;

    private static GrowthSeries Series(Func<int, double> megabytes, int days = 61) => GrowthSeries.Of(
        [.. Enumerable.Range(0, days).Select(day => new Measurement
        {
            MeasurementId = (uint)day + 1,
            MeasuredAt = new DateTime(2026, 1, 1, 2, 0, 0, DateTimeKind.Utc).AddDays(day),
            OnDiskBytes = (long)((1000 + megabytes(day)) * Sizes.BytesPerMb),
        })]);
}
