using Shouldly;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class RetentionTests
{
    private const double TenYears = 3652.5;

    private static readonly RetainedTable[] Tables =
    [
        new(TableKind.Raw, 10_000, 10, 20, 400),
        new(TableKind.Hourly, 2_000, 40, 3, 50),
        new(TableKind.Daily, 500, 50, 1, 10),
        new(TableKind.Other, 100, 100, 0, 1),
    ];

    [Theory]
    [InlineData("PERMANENT_RAW", 12_600, 12_600 + (TenYears * (200 + 120 + 50)))]
    [InlineData("TIERED_90_DAY", 4_000 + 2_600, (90 * 200) + 2_600 + (TenYears * (120 + 50)))]
    [InlineData("HOURLY_ONLY", 2_600, 2_600 + (TenYears * (120 + 50)))]
    [InlineData("DAILY_ONLY", 600, 600 + (TenYears * 50))]
    public void What_is_kept_is_counted_by_measured_bytes_per_row(string name, double now, double inTenYears)
    {
        var retention = Retention.Alternatives.Append(Retention.PermanentRaw).Single(r => r.Name == name);

        retention.SizeNow(Tables).ShouldBe(now, tolerance: 1e-6);
        retention.SizeInTenYears(Tables).ShouldNotBeNull().ShouldBe(inTenYears, tolerance: 1e-6);
        retention.DataLoss.ShouldNotBeEmpty();
    }

    [Fact]
    public void An_unknown_rate_makes_the_projection_unknown_where_the_table_is_kept()
    {
        RetainedTable[] unknown = [Tables[0] with { RowsPerDay = null }, .. Tables[1..]];

        Retention.PermanentRaw.SizeInTenYears(unknown).ShouldBeNull();
        Retention.Alternatives.Single(r => r.Name == "HOURLY_ONLY").SizeInTenYears(unknown).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("ride_status_snapshots", "Raw")]
    [InlineData("queue_data", "Raw")]
    [InlineData("show_times", "Raw")]
    [InlineData("ride_hourly_stats", "Hourly")]
    [InlineData("park_daily_stats", "Daily")]
    [InlineData("parks", "Other")]
    public void Tables_are_told_apart_by_name(string table, string kind) => TableKinds.Of(table).ToString().ShouldBe(kind);
}
