using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Shouldly;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Analytics.Rollups;
using ThemePark.Modules.Collection.Contracts;
using Xunit;

namespace ThemePark.UnitTests.Analytics;

/// <summary>Any sequence of polls and changes, gaps, days of 23 and 25 hours and hours past midnight give what looking at every minute gives.</summary>
public sealed class RollupPropertyTests
{
    private const int Day = 86_400;

    private static readonly (string Zone, DateOnly First)[] Places =
    [
        ("America/New_York", new(2025, 3, 8)), ("America/New_York", new(2025, 11, 1)), ("Europe/Berlin", new(2025, 10, 25)),
        ("Asia/Tokyo", new(2024, 2, 28)), ("Australia/Adelaide", new(2025, 7, 1)),
    ];

    [Fact]
    public void Every_day_and_hour_is_what_looking_at_every_minute_gives() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Check).QuickCheckThrowOnFailure();

    private static void Check(int seed)
    {
        var random = new Random(seed);
        var (place, first) = Places[random.Next(Places.Length)];
        var zone = DateTimeZoneProviders.Tzdb[place];
        var days = OperatingDays.Of(zone, first, first.AddDays(2), Hours(zone, first, random));
        var from = days[0].Start - Day;
        var covered = Covered(random, from, days[^1].End);
        var rides = Enumerable.Range(1, random.Next(1, 14)).Select(id => Ride(id, random, from, days[^1].End)).ToList();
        var closedIsDown = random.Next(2) == 0;

        var rows = new ParkRollup(days, covered, closedIsDown).Compute(rides);

        foreach (var day in days)
        {
            var model = new MinuteModel(day, covered, rides, closedIsDown, from);
            foreach (var ride in rides)
            {
                Compare(model, day, ride, rows);
            }

            var open = model.Open();
            var park = rows.ParkDays.SingleOrDefault(p => p.Day == day);
            (park?.Open).ShouldBe(park is null ? null : open?.Count * 60);
            Figures.Shame(park?.Sums.WeightedDowntime, park?.Sums.WeightedKnown).ShouldBe(model.Shame());
        }

        // Nothing is lost between hours and days, nor between rides and their park.
        foreach (var day in rows.RideDays)
        {
            var hours = rows.RideHours.Where(h => h.RideId == day.RideId && h.Date == day.Date).ToList();
            hours.Sum(h => h.Uptime ?? 0).ShouldBe(day.Uptime ?? 0);
            hours.Sum(h => h.Downtime ?? 0).ShouldBe(day.Downtime ?? 0);
            hours.Sum(h => h.WaitSum).ShouldBe(day.WaitSum);
            hours.Sum(h => h.States.Operating).ShouldBe(day.States.Operating);
            rows.Downtimes.Where(d => d.RideId == day.RideId && d.Date == day.Date).Sum(d => d.When.Length).ShouldBe(day.Downtime ?? 0);
        }

        foreach (var park in rows.ParkDays)
        {
            var hours = rows.ParkHours.Where(h => h.Date == park.Day.Date).ToList();
            hours.Sum(h => h.Open ?? 0).ShouldBe(park.Open ?? 0);
            hours.Sum(h => h.Sums.WeightedDowntime).ShouldBe(park.Sums.WeightedDowntime);
            hours.Sum(h => h.Sums.WaitSum).ShouldBe(park.Sums.WaitSum);
        }
    }

    private static void Compare(MinuteModel model, OperatingDay day, RollupRide ride, RollupRows rows)
    {
        var row = rows.RideDays.SingleOrDefault(r => r.RideId == ride.RideId && r.Date == day.Date);
        var known = (int)(day.End - day.Start) - model.Seconds(ride, RideStatus.None, day.Start, day.End);
        if (row is null)
        {
            known.ShouldBe(0);
            ride.Statements.ShouldNotContain(s => s.At >= day.Start && s.At < day.End);
            return;
        }

        row.States.ShouldBe(States(model, ride, day.Start, day.End));
        row.Uptime.ShouldBe(model.Uptime(ride, day.Start, day.End));
        row.OpenKnown.ShouldBe(model.Known(ride, day.Start, day.End));
        row.Downtime.ShouldBe(model.Downtime(ride, day.Start, day.End));
        row.DowntimeEvents.ShouldBe(model.DowntimeEvents(ride));
        var waits = model.Waits(ride, day.Start, day.End);
        row.WaitSeconds.ShouldBe(waits.Count * 60);
        row.WaitSum.ShouldBe(waits.Sum() * 60L);
        row.WaitMax.ShouldBe(waits.Count == 0 ? null : waits[^1]);
        row.WaitMin.ShouldBe(waits.Count == 0 ? null : waits[0]);
        row.WaitP90.ShouldBe(waits.Count == 0 ? null : waits[(int)Math.Ceiling(waits.Count * 0.9) - 1]);
        row.Snapshots.ShouldBe(ride.Statements.Count(s => s.At >= day.Start && s.At < day.End));
        foreach (var hour in day.Hours)
        {
            var kept = rows.RideHours.SingleOrDefault(h => h.RideId == ride.RideId && h.Hour == hour);
            if (kept is not null)
            {
                kept.States.ShouldBe(States(model, ride, hour.Start, hour.End));
                kept.Downtime.ShouldBe(model.Downtime(ride, hour.Start, hour.End));
                WaitDistribution.Percentile([.. WaitDistribution.Decode(kept.Waits)], 50).ShouldBe(
                    model.Waits(ride, hour.Start, hour.End) is { Count: > 0 } w ? w[(int)Math.Ceiling(w.Count * 0.5) - 1] : null);
            }
            else
            {
                (model.Uptime(ride, hour.Start, hour.End) ?? 0).ShouldBe(0);
                (model.Downtime(ride, hour.Start, hour.End) ?? 0).ShouldBe(0);
            }
        }
    }

    private static StateSeconds States(MinuteModel model, RollupRide ride, long start, long end) => new(
        model.Seconds(ride, RideStatus.Operating, start, end),
        model.Seconds(ride, RideStatus.Down, start, end),
        model.Seconds(ride, RideStatus.Closed, start, end),
        model.Seconds(ride, RideStatus.Refurbishment, start, end),
        model.Seconds(ride, RideStatus.None, start, end));

    // From a ride that speaks once in two days to one that is polled.
    private static RollupRide Ride(int id, Random random, long from, long to)
    {
        var pace = new[] { 5, 5, 20, 60, 300, 1500 }[random.Next(6)];
        var statements = new List<Statement>();
        for (var at = from; at < to; at += 60 * (pace == 5 ? 5 : 1 + random.Next(2 * pace)))
        {
            statements.Add(new Statement(
                at, random.Next(5) > 0, (RideStatus)random.Next(5), random.Next(3) > 0, random.Next(4) == 0 ? Statement.NoWait : (short)(5 * random.Next(20))));
        }

        return new RollupRide(id, random.Next(6) > 0, random.Next(1, 4), [.. statements]);
    }

    private static Stretch[] Covered(Random random, long from, long to)
    {
        if (random.Next(3) == 0)
        {
            return [new Stretch(from, to)];
        }

        var covered = new List<Stretch>();
        for (var at = from + (60 * random.Next(600)); at < to;)
        {
            var end = Math.Min(to, at + (60 * random.Next(5, 2500)));
            covered.Add(new Stretch(at, end));
            at = end + (60 * random.Next(5, 400));
        }

        return [.. covered];
    }

    private static Dictionary<DateOnly, PublishedDay> Hours(DateTimeZone zone, DateOnly first, Random random)
    {
        var published = new Dictionary<DateOnly, PublishedDay>();
        for (var date = first.AddDays(-1); date <= first.AddDays(3); date = date.AddDays(1))
        {
            if (random.Next(2) == 0)
            {
                continue;
            }

            var midnight = zone.AtStartOfDay(LocalDate.FromDateOnly(date)).ToInstant();
            var opens = (midnight + Duration.FromMinutes(random.Next(360, 700))).ToDateTimeOffset();
            var closes = opens.AddMinutes(random.Next(60, 1100));
            published[date] = new PublishedDay(
                date, random.Next(5) > 0, [new OpenHours(opens, closes)], [new PublishedEntry(random.Next(5) > 0 ? "OPERATING" : "TICKETED_EVENT", null, opens, closes, null, false)], null, false);
        }

        return published;
    }
}
