namespace ThemePark.Simulator;

internal enum RestaurantKind
{
    /// <summary>States waits for tables.</summary>
    Tables,

    /// <summary>States a queue without a value, for ever.</summary>
    Silent,

    /// <summary>Has an entity document but no live row.</summary>
    Absent,
}

/// <summary>A restaurant: OPERATING at every hour, as upstream has it, with waits while the park is open.</summary>
internal sealed class LiveRestaurant(string id, string name, RestaurantKind kind) : LiveEntity
{
    private const long Quarter = 15 * 60_000;

    public override string IdOn(int day) => id;

    public override string NameOn(int day) => name;

    public override LiveState? StateAt(long ms)
    {
        var day = Park!.DayAt(ms);
        var queue = new QueueState(QueueKinds.Standby, null, null, null, default, default, default, default);
        switch (kind)
        {
            case RestaurantKind.Absent:
                return null;
            case RestaurantKind.Silent:
                return new LiveState(LiveNames.LongAgoMs, day.UntilMs) { Queue = queue };
        }

        if (day.Hours is not { } hours || ms < hours.OpenMs)
        {
            return new LiveState(LastClose(day), day.Hours?.OpenMs ?? day.UntilMs) { Queue = queue, Dining = [] };
        }

        var (changed, until, wait) = (hours.OpenMs, hours.CloseMs, Wait(hours.OpenMs));
        for (var at = hours.OpenMs + Quarter; at < hours.CloseMs; at += Quarter)
        {
            var next = Wait(at);
            if (at > ms && next != wait)
            {
                until = at;
                break;
            }

            if (at <= ms && next != wait)
            {
                (changed, wait) = (at, next);
            }
        }

        return ms >= hours.CloseMs
            ? new LiveState(hours.CloseMs, day.UntilMs) { Queue = queue, Dining = [] }
            : new LiveState(changed, until) { Queue = queue with { Standby = wait }, Dining = wait is { } w ? [w, w, w + 5, null] : [] };
    }

    private int? Wait(long at)
    {
        var random = Prng.For(Park!.Seed, id, at / Quarter);
        return random.Chance(0.2) ? null : random.Between(0, 6) * 10;
    }

    private long LastClose(ParkDay day)
    {
        for (var back = 1; back < 10; back++)
        {
            if (Park!.Calendar.On(day.Date.PlusDays(-back)) is { } hours)
            {
                return hours.CloseMs;
            }
        }

        return LiveNames.LongAgoMs;
    }
}

/// <summary>A hotel: below the destination, without live data.</summary>
internal sealed class LiveHotel(string id, string name) : LiveEntity
{
    public override string IdOn(int day) => id;

    public override string NameOn(int day) => name;

    public override LiveState? StateAt(long ms) => null;
}
