using System.Globalization;
using Shouldly;
using ThemePark.Modules.Analytics.Reading;
using Xunit;

namespace ThemePark.UnitTests.Analytics;

public sealed class YearsBesideTests
{
    private static readonly ComparedFigure Wait = ComparedFigure.Parse("wait");

    [Theory]
    [InlineData("date", "2025-03-01", "2025-03-10", "2022-03-11", 2)]
    [InlineData("date", "2025-03-01", "2025-03-10", "2022-03-10", 3)]
    [InlineData("date", "2025-03-01", "2025-03-10", "2025-03-01", 0)]
    [InlineData("weekday", "2025-03-01", "2025-03-10", "2024-03-11", 1)]
    [InlineData("weekday", "2025-03-01", "2025-03-10", "2024-03-12", 0)]
    public void Every_year_of_which_a_day_may_be_held_is_compared(string align, string from, string to, string held, int years) =>
        new YearsBeside(new DayRange(Date(from), Date(to)), align, Date(held)).Count.ShouldBe(years);

    [Fact]
    public void The_29th_of_February_is_compared_with_nothing_not_even_with_itself()
    {
        var days = Days("date", "2024-02-28", "2024-03-01", "2020-01-01");

        days[0].Previous.Select(p => p.Date).ShouldBe([Date("2023-02-28"), Date("2022-02-28"), Date("2021-02-28"), Date("2020-02-28")]);
        days[1].Previous.ShouldAllBe(p => p.Date == null && p.Value == null);
        days[1].Previous.Count.ShouldBe(4);
        days[2].Previous.Select(p => p.Date).ShouldBe([Date("2023-03-01"), Date("2022-03-01"), Date("2021-03-01"), Date("2020-03-01")]);
    }

    [Fact]
    public void By_weekday_every_day_has_its_weekday_over_leap_days_too()
    {
        foreach (var day in Days("weekday", "2024-02-27", "2024-03-02", "2020-01-01"))
        {
            day.Previous.Count.ShouldBe(4);
            day.Previous.ShouldAllBe(p => p.Date!.Value.DayOfWeek == day.Date.DayOfWeek);
            day.Previous.Select(p => day.Date.DayNumber - p.Date!.Value.DayNumber).ShouldBe([364, 728, 1092, 1456]);
        }
    }

    [Fact]
    public void Only_days_known_in_both_years_are_summed_on_both_sides()
    {
        var beside = new YearsBeside(new DayRange(Date("2024-02-27"), Date("2024-03-01")), "date", Date("2023-01-01"));
        var sums = new[] { Of("2024-02-27", 60, 100), Of("2024-02-28", 30, 100), Of("2024-02-29", 90, 100), Of("2023-02-27", 20, 300), Of("2023-03-01", 10, 100) }
            .ToDictionary(d => d.StatDate);

        beside.Years(sums, Wait).ShouldBe([new YearsBeside.Year(1, Date("2023-02-27"), Date("2023-03-01"), 20, 60, 40, 200, 1, 2, 1)]);
    }

    [Fact]
    public void A_year_without_a_day_in_common_is_there_and_says_nothing()
    {
        var beside = new YearsBeside(new DayRange(Date("2025-03-01"), Date("2025-03-02")), "date", Date("2024-01-01"));

        beside.Years(new Dictionary<DateOnly, DaySums>(), Wait).ShouldBe([new YearsBeside.Year(1, Date("2024-03-01"), Date("2024-03-02"), null, null, null, null, 0, 2, 0)]);
    }

    [Fact]
    public void Waits_are_weighted_by_time_and_uptime_by_the_time_it_should_have_run()
    {
        List<DaySums> days = [Of("2025-03-01", 60, 100, 900, 100), Of("2025-03-02", 30, 300, 0, 1000)];

        Wait.Of(days).ShouldBe(37.5);
        ComparedFigure.Parse("uptime").Of(days).ShouldBe(45);
        ComparedFigure.Parse("downtime").Of(days).ShouldBe(0.31);
        foreach (var name in ComparedFigure.All)
        {
            ComparedFigure.Parse(name).Of([]).ShouldBeNull();
            ComparedFigure.Parse(name).Knows(new DaySums { StatDate = Date("2025-03-01") }).ShouldBeFalse();
        }
    }

    private static IReadOnlyList<YearsBeside.Day> Days(string align, string from, string to, string held) =>
        new YearsBeside(new DayRange(Date(from), Date(to)), align, Date(held)).Days(new Dictionary<DateOnly, DaySums>(), Wait);

    private static DaySums Of(string date, int wait, int seconds, long? up = null, long? down = null) =>
        new() { StatDate = Date(date), WaitSeconds = seconds, WaitSum = wait * seconds, UptimeSeconds = up, DowntimeSeconds = down };

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
