using NodaTime;

namespace ThemePark.Simulator;

/// <summary>Opening hours, seasons and storms of one park; instants are UTC milliseconds.</summary>
internal sealed class ParkCalendar(ParkModel park, ulong seed)
{
    private static readonly double[] WeekdayFactor = [0, 0.85, 0.75, 0.75, 0.85, 1.05, 1.35, 1.2];
    private static readonly double[] MonthFactor = [0, 0.6, 0.75, 0.95, 1.05, 0.9, 1.2, 1.35, 1.25, 0.8, 1.1, 0.85, 1.15];

    public readonly record struct Hours(long OpenMs, long CloseMs);

    /// <summary>Null on a day without opening. Before a change of clocks the first park stays open through it.</summary>
    public Hours? On(LocalDate day)
    {
        var random = Prng.For(seed, park.Id + "/hours", DayNumber(day));
        var weekend = day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;
        if (park.Water && !weekend && day.Month is 11 or 12 or 1 or 2)
        {
            return null;
        }

        var opens = park.Opens - (random.Chance(0.1) ? 30 : 0);
        var closes = park.Closes + (weekend ? 60 : 0);
        if (day.DayOfWeek == IsoDayOfWeek.Saturday && !park.Water)
        {
            // Past midnight: the night still belongs to the day the park opened on.
            closes = Math.Max(closes, random.Chance(0.5) ? (24 * 60) + 30 : (23 * 60));
        }

        if (park.Destination.Parks[0] == park && ChangesClocks(day.PlusDays(1)))
        {
            closes = 28 * 60;
        }

        return new Hours(At(day, opens), At(day, closes));
    }

    /// <summary>How full the park is, 1 being an ordinary day.</summary>
    public double Crowd(LocalDate day)
    {
        var random = Prng.For(seed, park.Id + "/crowd", DayNumber(day));
        var factor = WeekdayFactor[(int)day.DayOfWeek] * MonthFactor[day.Month] * (0.85 + (0.3 * random.Unit()));
        var holiday = (day.Month == 12 && day.Day >= 22) || (day.Month == 1 && day.Day <= 3) || (day.Month == 11 && day.Day is >= 26 and <= 29);
        return holiday ? factor * 1.4 : factor;
    }

    /// <summary>A storm stops every outdoor ride; about one day in ten.</summary>
    public Hours? Storm(LocalDate day, Hours hours)
    {
        var random = Prng.For(seed, park.Id + "/storm", DayNumber(day));
        if (!random.Chance(0.1))
        {
            return null;
        }

        var start = hours.OpenMs + (long)((hours.CloseMs - hours.OpenMs) * (0.3 + (0.4 * random.Unit())));
        return new Hours(start, start + (random.Between(25, 80) * 60_000L));
    }

    /// <summary>Minutes after local midnight, counted on the wall clock; a skipped or repeated hour is resolved as NodaTime does leniently.</summary>
    public long At(LocalDate day, int minutes) =>
        park.Zone.AtLeniently(day.PlusDays(minutes / 1440).At(new LocalTime(minutes % 1440 / 60, minutes % 60))).ToInstant().ToUnixTimeMilliseconds();

    public static int DayNumber(LocalDate day) => Period.DaysBetween(new LocalDate(1970, 1, 1), day);

    private bool ChangesClocks(LocalDate day) =>
        park.Zone.GetUtcOffset(park.Zone.AtStartOfDay(day).ToInstant()) != park.Zone.GetUtcOffset(park.Zone.AtStartOfDay(day.PlusDays(1)).ToInstant());
}
