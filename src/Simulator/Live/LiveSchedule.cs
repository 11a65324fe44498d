using NodaTime;

namespace ThemePark.Simulator;

/// <summary>What a schedule sells with a day.</summary>
internal sealed record Purchase(string Type, string Id, string Name, Price Price, bool Available);

/// <summary>One entry of a schedule, keyed to the park-local day of its opening; the closing may be on the next one. UTC milliseconds.</summary>
internal sealed record ScheduleEntry(LocalDate Date, string Type, string? Description, long OpenMs, long CloseMs)
{
    public IReadOnlyList<Purchase> Purchases { get; init; } = [];
}

/// <summary>A park's published hours, which change once in a while before the day.</summary>
internal sealed class LiveSchedule(LivePark park)
{
    private const long Hour = 3_600_000;
    private const int PublishedDays = 180;

    /// <summary>Hotel guests of resorts in dollars come half an hour earlier.</summary>
    public bool HasEarlyEntry => park.Model.Destination.Currency == "USD" && !park.Model.Water;

    /// <summary>Entries of the days in the order of time, as published at <paramref name="nowMs"/>; what is not published yet or closed is absent.</summary>
    public IEnumerable<ScheduleEntry> Between(LocalDate from, LocalDate to, long nowMs)
    {
        var last = LocalDate.Min(to, park.LocalDateAt(nowMs).PlusDays(PublishedDays));
        for (var date = from; date <= last; date = date.PlusDays(1))
        {
            foreach (var entry in On(date, nowMs))
            {
                yield return entry;
            }
        }
    }

    /// <summary>When the hours of a day are corrected for the last time: noon of three days before.</summary>
    public long CorrectedMs(LocalDate date) => park.Calendar.At(date.PlusDays(-3), 12 * 60);

    /// <summary>One day in eight is first published with a closing an hour too early.</summary>
    public bool IsCorrected(LocalDate date) => Prng.For(park.Seed, park.Model.Id + "/published", ParkCalendar.DayNumber(date)).Below(8) == 0;

    private IEnumerable<ScheduleEntry> On(LocalDate date, long nowMs)
    {
        if (date.Year < 2021 || park.Calendar.On(date) is not { } hours)
        {
            yield break;
        }

        var close = IsCorrected(date) && nowMs < CorrectedMs(date) ? hours.CloseMs - Hour : hours.CloseMs;
        if (HasEarlyEntry)
        {
            yield return new ScheduleEntry(date, "TICKETED_EVENT", "Early Entry", hours.OpenMs - (Hour / 2), hours.OpenMs);
        }

        yield return new ScheduleEntry(date, "OPERATING", null, hours.OpenMs, close) { Purchases = Sold(date, nowMs) };
        if (HasEarlyEntry && date.DayOfWeek == IsoDayOfWeek.Monday)
        {
            yield return new ScheduleEntry(date, "EXTRA_HOURS", "Extended Evening", close, close + (2 * Hour));
        }

        if (date.Month == 10 && date.DayOfWeek == IsoDayOfWeek.Friday && !park.Model.Water)
        {
            yield return new ScheduleEntry(date, "TICKETED_EVENT", "Special Ticketed Event", park.Calendar.At(date, 19 * 60), park.Calendar.At(date, 24 * 60));
        }

        if (park.Model.Destination.Parks.Count > 1 && !park.Model.Water)
        {
            yield return new ScheduleEntry(date, "INFO", "Park Hopping", hours.OpenMs, close);
        }
    }

    /// <summary>Skip passes are sold for the coming three weeks; the dearest has no published price.</summary>
    private List<Purchase> Sold(LocalDate date, long nowMs)
    {
        var ahead = Period.DaysBetween(park.LocalDateAt(nowMs), date);
        if (park.Model.Water || ahead > 21)
        {
            return [];
        }

        var random = Prng.For(park.Seed, park.Model.Id + "/purchases", ParkCalendar.DayNumber(date));
        var currency = park.Model.Destination.Currency;
        long Amount(int low, int high) => random.Between(low, high) * 100L;
        var sold = new List<Purchase>
        {
            new("PACKAGE", $"skippass_{park.ExternalId}", "Skip Pass", new Price(Amount(15, 40), currency), ahead >= 0),
            new("PACKAGE", $"everypass_{park.ExternalId}", "Every Pass", new Price(null, currency), ahead >= 0 && !random.Chance(0.2)),
        };
        foreach (var ride in park.Entities.OfType<LiveRide>().Where(r => r.Model.Queues.HasFlag(QueueKinds.PaidReturnTime)).Take(2))
        {
            sold.Add(new Purchase("ATTRACTION", $"skipride_{ride.ExternalId}", ride.Model.Name, new Price(Amount(7, 25), currency), ahead >= 0));
        }

        return sold;
    }
}
