namespace ThemePark.Simulator;

/// <summary>A ride or show; its changes are those the archive generator writes for the day.</summary>
internal sealed class LiveRide(EntityModel model, int archiveDays) : LiveEntity
{
    /// <summary>A closed park changes nothing on most days, a ride under repair only on Mondays.</summary>
    private const int LookBackDays = 10;

    private const int WorksPeriod = 120;

    public EntityModel Model => model;

    public override string IdOn(int day) => model.IdOn(day);

    public override string NameOn(int day) => model.NameOn(day);

    public override bool ListedOn(int day) => !(model.RetiredFrom <= day);

    /// <summary>One in nine has none, as upstream.</summary>
    public override string? SlugOn(int day) => LiveNames.Draw(model.Id, 9) == 0 ? null : base.SlugOn(day);

    public override LiveState? StateAt(long ms)
    {
        var today = Park!.DayAt(ms);
        if (!ListedOn(today.Index))
        {
            return null;
        }

        var until = today.UntilMs;
        for (var back = 0; back < LookBackDays; back++)
        {
            var day = back == 0 ? today : Park.DayOf(today.Date.PlusDays(-back));
            var events = EventsOf(day);
            var last = events.FindLastIndex(e => e.AtMs <= ms);
            if (back == 0 && last + 1 < events.Count)
            {
                until = events[last + 1].AtMs;
            }

            if (last >= 0)
            {
                return State(events, last, ms, until, today);
            }
        }

        return null;
    }

    /// <summary>The changes of one programme day in the order of time.</summary>
    public List<SimEvent> EventsOf(ParkDay day)
    {
        var events = new List<SimEvent>(64);
        if (model.IsShow)
        {
            ShowDay.Run(model, Park!.Calendar, Park.Seed, day.Index, day.Date, events);
            events.Sort((x, y) => x.AtMs.CompareTo(y.AtMs));
        }
        else
        {
            new RideDay(WithWorks(day), Park!.Calendar, Park.Seed, day.Index, day.Date, null, events).Run();
        }

        return events;
    }

    public LiveState State(List<SimEvent> events, int last, long ms, long until, ParkDay today)
    {
        var newest = events[last];
        // Hours and forecast of the new day appear when it starts, and that is a change of the row.
        var changed = PublishesHours(today, newest) && newest.AtMs < today.FromMs && ms >= today.FromMs ? today.FromMs : newest.AtMs;
        return new LiveState(changed, until)
        {
            // The generator leaves the status out only where it is OPERATING and unchanged.
            Status = newest.Status ?? RideStatus.Operating,
            Queue = newest.Queue,
            Showtimes = events.FindLast(e => e.AtMs <= newest.AtMs && e.Showtimes is not null)?.Showtimes,
        };
    }

    private bool PublishesHours(ParkDay today, SimEvent newest) =>
        !model.IsShow && Park!.PublishesRideHours && today.Hours is not null && newest.Status != RideStatus.Refurbishment;

    /// <summary>Behind the archive's last day rides go on being repaired, a few weeks at a time.</summary>
    private EntityModel WithWorks(ParkDay day)
    {
        if (day.Index < archiveDays)
        {
            return model;
        }

        var period = day.Index / WorksPeriod;
        var random = Prng.For(Park!.Seed, model.Id + "/works", period);
        if (!random.Chance(0.12))
        {
            return model;
        }

        var from = Math.Max(archiveDays, (period * WorksPeriod) + random.Below(60));
        return model with { Refurbished = new DaySpan(from, from + random.Between(14, 45)) };
    }
}
