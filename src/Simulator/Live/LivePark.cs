using NodaTime;

namespace ThemePark.Simulator;

/// <summary>One programme day of a park, from a quarter past four in the morning to the same on the next day, UTC milliseconds.</summary>
internal sealed record ParkDay(LocalDate Date, int Index, long FromMs, long UntilMs, ParkCalendar.Hours? Hours);

/// <summary>A park of the live world with what is in it.</summary>
internal sealed class LivePark
{
    /// <summary>After the latest closing and before the first change of a day: between them lies every change of exactly one day.</summary>
    private const int DayStarts = (4 * 60) + 15;

    private readonly int _firstDay;
    private ParkDay? _day;

    public LivePark(ParkModel model, ulong seed, DateOnly first)
    {
        Model = model;
        Seed = seed;
        _firstDay = ParkCalendar.DayNumber(LocalDate.FromDateOnly(first));
        Calendar = new ParkCalendar(model, seed);
        Schedule = new LiveSchedule(this);
    }

    public ParkModel Model { get; }

    public ulong Seed { get; }

    public ParkCalendar Calendar { get; }

    public LiveSchedule Schedule { get; }

    public List<LiveEntity> Entities { get; } = [];

    public string ExternalId => $"{Model.Destination.Slug}_{Model.Slug}";

    public Place Location { get; init; }

    /// <summary>Resorts in dollars and yen publish hours and forecasts of single rides, as the largest operators do.</summary>
    public bool PublishesRideHours => Model.Destination.Currency is "USD" or "JPY";

    public ParkDay DayAt(long ms)
    {
        var day = Volatile.Read(ref _day);
        if (day is null || ms < day.FromMs || ms >= day.UntilMs)
        {
            var date = LocalDateAt(ms);
            day = DayOf(ms < Calendar.At(date, DayStarts) ? date.PlusDays(-1) : date);
            Volatile.Write(ref _day, day);
        }

        return day;
    }

    public ParkDay DayOf(LocalDate date) => new(
        date, ParkCalendar.DayNumber(date) - _firstDay, Calendar.At(date, DayStarts), Calendar.At(date.PlusDays(1), DayStarts), Calendar.On(date));

    public LocalDate LocalDateAt(long ms) => Instant.FromUnixTimeMilliseconds(ms).InZone(Model.Zone).Date;
}
