using NodaTime;

namespace ThemePark.Simulator;

/// <summary>One show's changes over one park-local day: the programme before opening, at times a cancelled performance, the end.</summary>
internal static class ShowDay
{
    private const int Minute = 60_000;

    public static void Run(EntityModel show, ParkCalendar calendar, ulong seed, int day, LocalDate date, List<SimEvent> sink)
    {
        if (calendar.On(date) is not { } hours)
        {
            return;
        }

        var random = Prng.For(seed, show.Id, ParkCalendar.DayNumber(date));
        var performances = new List<Showtime>();
        var length = random.Between(4, 8) * 5 * Minute;
        for (var at = hours.OpenMs + (random.Between(6, 24) * 5L * Minute); at + length < hours.CloseMs; at += (length + (random.Between(12, 24) * 5L * Minute)))
        {
            // Real data holds shows whose end is missing and shows that end when they start.
            long? end = random.Below(10) switch { 0 => null, 1 => at, _ => at + length };
            performances.Add(new Showtime("Performance Time", at, end));
        }

        SimEvent Event(long at, RideStatus status, IReadOnlyList<Showtime>? showtimes) => new()
        {
            Entity = show,
            EntityId = show.IdOn(day),
            Name = show.NameOn(day),
            AtMs = at,
            Status = status,
            Showtimes = showtimes,
        };

        sink.Add(Event(calendar.At(date, 320) + random.Below(20 * Minute), RideStatus.Closed, performances));
        sink.Add(Event(hours.OpenMs + random.Below(5 * Minute), RideStatus.Operating, performances));
        if (performances.Count > 2 && random.Chance(0.15))
        {
            var cancelled = performances[2];
            sink.Add(Event(cancelled.StartMs - random.Between(5 * Minute, 30 * Minute), RideStatus.Operating, [.. performances.Where(p => p != cancelled)]));
        }

        sink.Add(Event(hours.CloseMs + random.Below(12 * Minute), RideStatus.Closed, random.Chance(0.5) ? [] : null));
    }
}
