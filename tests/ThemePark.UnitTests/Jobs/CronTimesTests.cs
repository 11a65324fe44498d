using System.Globalization;
using Shouldly;
using ThemePark.Jobs;
using Xunit;

namespace ThemePark.UnitTests.Jobs;

public sealed class CronTimesTests
{
    [Theory]
    [InlineData("*/5 * * * *", "UTC", "2025-03-01T12:00:00Z", "2025-03-01T12:05:00Z 2025-03-01T12:10:00Z")]
    [InlineData("*/5 * * * *", "UTC", "2025-03-01T12:04:59.999Z", "2025-03-01T12:05:00Z")]
    [InlineData("0 0 * * *", "UTC", "2025-12-31T00:00:00.001Z", "2026-01-01T00:00:00Z")]
    [InlineData("30 4 * * *", "America/New_York", "2025-01-10T00:00:00Z", "2025-01-10T09:30:00Z 2025-01-11T09:30:00Z")]
    [InlineData("0 6 * * 1", "UTC", "2025-03-01T00:00:00Z", "2025-03-03T06:00:00Z 2025-03-10T06:00:00Z")]
    [InlineData("0 6 * * 0", "UTC", "2025-03-01T00:00:00Z", "2025-03-02T06:00:00Z 2025-03-09T06:00:00Z")]
    [InlineData("0 6 * * 7", "UTC", "2025-03-01T00:00:00Z", "2025-03-02T06:00:00Z 2025-03-09T06:00:00Z")]
    [InlineData("0 6 * * sun", "UTC", "2025-03-01T00:00:00Z", "2025-03-02T06:00:00Z")]
    [InlineData("0 6 * * 5-7", "UTC", "2025-03-03T00:00:00Z", "2025-03-07T06:00:00Z 2025-03-08T06:00:00Z 2025-03-09T06:00:00Z 2025-03-14T06:00:00Z")]
    [InlineData("0 6 * * 0-7", "UTC", "2025-03-01T00:00:00Z", "2025-03-01T06:00:00Z 2025-03-02T06:00:00Z 2025-03-03T06:00:00Z")]
    [InlineData("0 6 * * 0-2", "UTC", "2025-03-01T00:00:00Z", "2025-03-02T06:00:00Z 2025-03-03T06:00:00Z 2025-03-04T06:00:00Z 2025-03-09T06:00:00Z")]
    [InlineData("0 6 * * mon-fri", "UTC", "2025-03-07T07:00:00Z", "2025-03-10T06:00:00Z")]
    [InlineData("0 0 29 2 *", "UTC", "2025-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 1 jan,JUL *", "UTC", "2025-03-01T00:00:00Z", "2025-07-01T00:00:00Z 2026-01-01T00:00:00Z")]
    [InlineData("10-50/20 8,20 * * *", "UTC", "2025-03-01T08:11:00Z", "2025-03-01T08:30:00Z 2025-03-01T08:50:00Z 2025-03-01T20:10:00Z")]
    public void Instants_are_a_crontabs(string cron, string zone, string after, string expected) => Next(cron, zone, after, expected);

    // As a crontab has it: either of the two.
    [Fact]
    public void Day_of_month_and_day_of_week_together_are_either() =>
        Next("0 0 1,15 * 1", "UTC", "2025-10-20T00:00:00Z", "2025-10-27T00:00:00Z 2025-11-01T00:00:00Z 2025-11-03T00:00:00Z");

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2025-03-29T12:00:00Z", "2025-03-30T01:00:00Z 2025-03-31T00:30:00Z")]
    [InlineData("*/30 * * * *", "Europe/Berlin", "2025-03-30T00:00:00Z", "2025-03-30T00:30:00Z 2025-03-30T01:00:00Z 2025-03-30T01:30:00Z")]
    [InlineData("0,30 2 * * *", "America/New_York", "2025-03-09T00:00:00Z", "2025-03-09T07:00:00Z 2025-03-10T06:00:00Z")]
    public void A_time_that_does_not_exist_comes_when_the_clocks_go_forward_and_once(string cron, string zone, string after, string expected) =>
        Next(cron, zone, after, expected);

    [Theory]
    [InlineData("30 2 * * *", "2025-10-25T12:00:00Z", "2025-10-26T00:30:00Z 2025-10-27T01:30:00Z")]
    [InlineData("30 2 * * *", "2025-10-26T00:30:00Z", "2025-10-27T01:30:00Z")]
    [InlineData("30 2 * * *", "2025-10-26T00:59:59Z", "2025-10-27T01:30:00Z")]
    [InlineData("30 2 * * *", "2025-10-26T01:00:00Z", "2025-10-27T01:30:00Z")]
    [InlineData("30 2 * * *", "2025-10-26T01:15:00Z", "2025-10-27T01:30:00Z")]
    [InlineData("30 2 * * *", "2025-10-26T01:31:00Z", "2025-10-27T01:30:00Z")]
    public void A_fixed_time_that_comes_twice_counts_once_from_wherever_one_looks(string cron, string after, string expected) =>
        Next(cron, "Europe/Berlin", after, expected);

    [Theory]
    [InlineData("Europe/Berlin", 2, 30)]
    [InlineData("America/New_York", 1, 0)]
    [InlineData("Australia/Lord_Howe", 1, 45)]
    public void A_daily_time_is_one_instant_a_day_all_year_however_late_one_looks(string zone, int hour, int minute)
    {
        var times = CronTimes.Read($"{minute} {hour} * * *", zone, DateTime.UnixEpoch).Value;
        var days = new List<DateTime>();
        for (var at = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc); at.Year == 2025;)
        {
            var next = times.After(at).ShouldNotBeNull();
            days.Add(TimeZoneInfo.ConvertTimeFromUtc(next, TimeZoneInfo.FindSystemTimeZoneById(zone)).Date);
            at = next.AddMinutes(17);
        }

        days.ShouldBe(Enumerable.Range(0, days.Count).Select(day => days[0].AddDays(day)));
        days.Count.ShouldBeInRange(365, 366);
    }

    [Fact]
    public void An_interval_goes_on_through_the_hour_that_comes_twice() => Next(
        "*/30 * * * *", "Europe/Berlin", "2025-10-25T23:30:00Z",
        "2025-10-26T00:00:00Z 2025-10-26T00:30:00Z 2025-10-26T01:00:00Z 2025-10-26T01:30:00Z 2025-10-26T02:00:00Z");

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    public void Every_five_minutes_is_every_five_minutes_all_year_in_every_zone(string zone)
    {
        var times = CronTimes.Read("*/5 * * * *", zone, DateTime.UnixEpoch).Value;
        var at = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        while (at.Year == 2025)
        {
            var next = times.After(at).ShouldNotBeNull();
            (next - at).ShouldBe(TimeSpan.FromMinutes(5));
            at = next;
        }
    }

    [Theory]
    [InlineData("", "five fields")]
    [InlineData("* * * *", "has 4")]
    [InlineData("0 */5 * * * *", "has 6")]
    [InlineData("@daily", "has 1")]
    [InlineData("60 * * * *", "'60' is not allowed as minute")]
    [InlineData("0 24 * * *", "'24' is not allowed as hour")]
    [InlineData("0 0 0 * *", "'0' is not allowed as day of month")]
    [InlineData("0 0 L * *", "'L' is not allowed as day of month")]
    [InlineData("0 0 1 13 *", "'13' is not allowed as month")]
    [InlineData("0 0 1 sun *", "'sun' is not allowed as month")]
    [InlineData("0 0 * * 8", "'8' is not allowed as day of week")]
    [InlineData("0 0 * * mon#1", "'mon#1' is not allowed as day of week")]
    [InlineData("0 0 * * fri-mon", "'fri-mon' is not allowed as day of week")]
    [InlineData("5,,6 * * * *", "'' is not allowed as minute")]
    [InlineData("50-10 * * * *", "'50-10' is not allowed as minute")]
    [InlineData("5/15 * * * *", "'5/15' is not allowed as minute")]
    [InlineData("*/0 * * * *", "'*/0' is not allowed as minute")]
    [InlineData("*/60 * * * *", "'*/60' is not allowed as minute")]
    [InlineData("-5 * * * *", "'-5' is not allowed as minute")]
    [InlineData("? * * * *", "'?' is not allowed as minute")]
    [InlineData("H * * * *", "'H' is not allowed as minute")]
    [InlineData("0 0 30 2 *", "never comes")]
    public void What_is_no_cron_expression_is_refused_and_the_field_is_named(string cron, string says)
    {
        var failure = CronTimes.Read(cron, "UTC", DateTime.UnixEpoch).Failure.ShouldNotBeNull();

        (failure.Code, failure.Status).ShouldBe(("VALIDATION_FAILED", 400));
        failure.Details.ShouldNotBeNull().Keys.ShouldBe(["cron"]);
        failure.Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Europe/Atlantis")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("../UTC")]
    [InlineData("Europe/Berlin ")]
    [InlineData("Europe")]
    public void What_is_no_iana_zone_is_refused(string zone) =>
        CronTimes.Read("* * * * *", zone, DateTime.UnixEpoch).Failure.ShouldNotBeNull().Details.ShouldNotBeNull().Keys.ShouldBe(["time_zone"]);

    [Fact]
    public void Both_are_named_when_both_are_wrong() =>
        CronTimes.Read("x", "y", DateTime.UnixEpoch).Failure.ShouldNotBeNull().Details.ShouldNotBeNull().Keys.ShouldBe(["cron", "time_zone"], ignoreOrder: true);

    private static void Next(string cron, string zone, string after, string expected)
    {
        var instants = expected.Split(' ').Select(Instant).ToList();

        var next = CronTimes.Read(cron, zone, DateTime.UnixEpoch).Value.Next(Instant(after), instants.Count);

        next.ShouldBe(instants);
        next.ShouldAllBe(at => at.Kind == DateTimeKind.Utc);
    }

    private static DateTime Instant(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
}
