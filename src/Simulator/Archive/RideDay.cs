using NodaTime;

namespace ThemePark.Simulator;

/// <summary>One ride's changes over one park-local day, opening night included; nothing carries over from the day before.</summary>
internal sealed class RideDay(EntityModel ride, ParkCalendar calendar, ulong seed, int day, LocalDate date, int? stepMs, List<SimEvent> sink)
{
    private const int Minute = 60_000;

    private readonly string _id = ride.IdOn(day);
    private readonly string _name = ride.NameOn(day);
    private Prng _random = Prng.For(seed, ride.Id, ParkCalendar.DayNumber(date));
    private long _last = long.MinValue;
    private int? _singleRider;
    private int? _paidStandby;
    private ReturnWindow _return = new("FINISHED", null, null);
    private ReturnWindow _paidReturn;
    private Price _price;
    private Boarding _boarding;
    private bool _returnSoldOut;
    private bool _paidSoldOut;

    public void Run()
    {
        if (ride.RetiredFrom <= day)
        {
            return;
        }

        _price = DrawPrice();
        if (ride.Refurbished is { } works && works.Holds(day))
        {
            if (day == works.From || date.DayOfWeek == IsoDayOfWeek.Monday)
            {
                Add(calendar.At(date, 330) + Jitter(20 * Minute), RideStatus.Refurbishment, null);
            }

            return;
        }

        if (calendar.On(date) is not { } hours)
        {
            if (_random.Chance(0.1))
            {
                Add(calendar.At(date, 360) + Jitter(30 * Minute), RideStatus.Closed, null);
            }

            return;
        }

        Morning(hours);
        var from = hours.OpenMs + Jitter(4 * Minute);
        if (_random.Chance(0.06))
        {
            Add(from, RideStatus.Down, null);
            from += _random.Between(10, 75) * Minute;
        }

        Operate(hours, from);
        _return = ride.Queues.HasFlag(QueueKinds.ReturnTime) ? new ReturnWindow("FINISHED", null, null) : default;
        _paidReturn = new ReturnWindow("FINISHED", null, null);
        _boarding = new Boarding("CLOSED", _boarding.GroupFrom, _boarding.GroupTo, null, null);
        (_singleRider, _paidStandby) = (null, null);
        Add(hours.CloseMs + Jitter(12 * Minute), RideStatus.Closed, null);
    }

    /// <summary>Before opening: tomorrow's return windows are on offer while the ride is closed, boarding groups not yet known.</summary>
    private void Morning(ParkCalendar.Hours hours)
    {
        _paidReturn = new ReturnWindow("AVAILABLE", Window(hours.OpenMs), Window(hours.OpenMs) + (60 * Minute));
        if (ride.Queues.HasFlag(QueueKinds.ReturnTime))
        {
            _return = new ReturnWindow("AVAILABLE", Window(hours.OpenMs), Window(hours.OpenMs) + (60 * Minute));
            Add(calendar.At(date, 270) + Jitter(10 * Minute), RideStatus.Closed, null);
        }

        if (ride.Queues.HasFlag(QueueKinds.BoardingGroup))
        {
            Add(calendar.At(date, 300) + Jitter(10 * Minute), RideStatus.Closed, null);
            _boarding = new Boarding("AVAILABLE", null, null, calendar.At(date, 13 * 60), null);
        }
    }

    private void Operate(ParkCalendar.Hours hours, long from)
    {
        var crowd = calendar.Crowd(date);
        var storm = ride.Outdoor ? calendar.Storm(date, hours) : null;
        var step = stepMs ?? _random.Between(11, 14) * Minute;
        var noise = 0.0;
        int? shown = null;
        var first = true;
        for (var at = from; at < hours.CloseMs; at += step)
        {
            if (storm is { } s && at >= s.OpenMs && at < s.CloseMs)
            {
                Add(at + Jitter(Minute), RideStatus.Down, null);
                at = Math.Max(at, s.CloseMs - step);
                shown = null;
                continue;
            }

            if (_random.Chance(0.35 * step / (hours.CloseMs - hours.OpenMs)))
            {
                Add(at + Jitter(Minute), RideStatus.Down, null);
                at += _random.Between(8, 90) * Minute;
                shown = null;
                continue;
            }

            noise = (0.7 * noise) + (0.3 * (_random.Unit() - 0.5));
            var share = (double)(at - hours.OpenMs) / (hours.CloseMs - hours.OpenMs);
            var wait = Rounded(ride.Popularity * crowd * Curve(share) * (1 + noise), shown);
            var moved = Advance(hours, at, share, wait);
            if (wait != shown || moved || first || stepMs is not null)
            {
                Add(at + Jitter(Math.Min(Minute, step / 2)), RideStatus.Operating, wait);
            }

            (shown, first) = (wait, false);
        }
    }

    /// <summary>Moves the other queues; true when one of them changed.</summary>
    private bool Advance(ParkCalendar.Hours hours, long at, double share, int wait)
    {
        var moved = false;
        if (ride.Queues.HasFlag(QueueKinds.SingleRider))
        {
            var single = _random.Chance(0.05) ? null : (int?)(wait / 15 * 5);
            moved |= single != _singleRider;
            _singleRider = single;
        }

        if (ride.Queues.HasFlag(QueueKinds.PaidStandby))
        {
            var paid = wait / 20 * 5;
            moved |= paid != _paidStandby;
            _paidStandby = paid;
        }

        if (ride.Queues.HasFlag(QueueKinds.ReturnTime))
        {
            _returnSoldOut |= _random.Chance(0.02 * share);
            moved |= Replace(ref _return, NextWindow(hours, at, _returnSoldOut, 0.02));
        }

        if (ride.Queues.HasFlag(QueueKinds.PaidReturnTime))
        {
            _paidSoldOut |= _random.Chance(0.03 * share);
            moved |= Replace(ref _paidReturn, NextWindow(hours, at, _paidSoldOut, 0.01));
        }

        if (ride.Queues.HasFlag(QueueKinds.BoardingGroup))
        {
            var from = 1 + (int)(share * 140);
            var next = new Boarding(
                share > 0.9 ? "CLOSED" : _random.Chance(0.05) ? "PAUSED" : "AVAILABLE",
                from,
                from + _random.Between(4, 12),
                share < 0.35 ? calendar.At(date, 13 * 60) : null,
                share > 0.9 ? null : 30 + (wait / 5 * 5));
            moved |= next != _boarding;
            _boarding = next;
        }

        return moved;
    }

    private ReturnWindow NextWindow(ParkCalendar.Hours hours, long at, bool soldOut, double full)
    {
        var start = Window(at + (_random.Between(3, 18) * 5L * Minute));
        if (soldOut || start >= hours.CloseMs)
        {
            return new ReturnWindow("FINISHED", null, null);
        }

        return _random.Chance(full) ? new ReturnWindow("TEMP_FULL", null, null) : new ReturnWindow("AVAILABLE", start, start + (60 * Minute));
    }

    private static bool Replace(ref ReturnWindow current, ReturnWindow next)
    {
        var moved = current != next;
        current = next;
        return moved;
    }

    /// <summary>Minor units; the yen has none, so its amounts are whole yen.</summary>
    private Price DrawPrice()
    {
        var currency = ride.Park.Destination.Currency;
        return ride.Price switch
        {
            PriceRule.Free => new Price(0, currency),
            PriceRule.Unpublished => new Price(null, currency),
            PriceRule.Varies => new Price(currency == "JPY" ? _random.Between(3, 7) * 500 : (_random.Between(7, 35) * 100) + (currency == "EUR" ? 50 : 0), currency),
        };
    }

    /// <summary>
    /// Steps of five or one minute as the operator publishes them. Under a target number of events every step must differ from the last.
    /// </summary>
    private int Rounded(double minutes, int? shown)
    {
        var step = ride.Park.WaitStep;
        var wait = Math.Clamp((int)(minutes / step) * step, 0, 240);
        return stepMs is not null && wait == shown ? wait + step : wait;
    }

    /// <summary>Low at opening, highest before midday, falling slowly; straight lines, because libm differs between machines.</summary>
    public static double Curve(double share) => share switch
    {
        < 0.1 => 0.3 + (share * 4),
        < 0.35 => 0.7 + ((share - 0.1) * 1.6),
        < 0.7 => 1.1 - ((share - 0.35) * 0.6),
        < 0.95 => 0.89 - ((share - 0.7) * 1.8),
        _ => 0.4,
    };

    private static long Window(long ms) => ms - (ms % (5 * Minute));

    /// <summary>
    /// Upstream looks at a park once a minute, some seconds past it, and stamps a change when it sees it: recorded instants fall on the
    /// same seconds of many minutes.
    /// </summary>
    private long Polled(long at) => at - (at % Minute) + ride.Park.PolledAtMs + _random.Below(900);

    private int Jitter(int bound) => _random.Below(bound);

    private void Add(long at, RideStatus status, int? wait)
    {
        at = Math.Max(Polled(at), _last + 1);
        _last = at;
        var standby = ride.Queues.HasFlag(QueueKinds.Standby) ? wait : null;
        var queue = new QueueState(
            ride.Queues, standby, wait is null ? null : _singleRider, wait is null ? null : _paidStandby, _return, _paidReturn, _price, _boarding);
        sink.Add(new SimEvent
        {
            Entity = ride,
            EntityId = _id,
            Name = _name,
            AtMs = at,
            // Now and then an event states only what moved.
            Status = status == RideStatus.Operating && _random.Chance(0.02) ? null : status,
            Queue = status == RideStatus.Refurbishment && _random.Chance(0.5) ? null : queue,
        });
    }
}
