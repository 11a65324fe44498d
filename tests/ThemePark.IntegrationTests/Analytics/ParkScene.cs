using ThemePark.Modules.Metadata.Contracts;
using RideStatus = ThemePark.Modules.Collection.Contracts.RideStatus;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>
/// Two parks as of Wednesday 2026-07-15, 14:30 in New York. Cedar Point: Fury (tier 1), Wheel (2), Train (3), Mine (unclassified, never ran) and a show.
/// Each day: Fury ran 8 h and was down 2, the Wheel ran 10, the Train ran 5 and was down 5: 10 × (3×2 + 1×5) ÷ (6×10) = 1.8, uptime 23 of 30.
/// Epcot, a Disney park: the Ball (tier 1) ran 10 h, was down 0.5 on each day but today.
/// </summary>
internal sealed record ParkScene(StatsScene Stats, int Cedar, int Epcot, int Fury, int Wheel, int Train, int Mine, int Ball)
{
    public static readonly DateOnly Today = new(2026, 7, 15);
    public static readonly DateOnly Yesterday = new(2026, 7, 14);

    /// <summary>Sunday of the last week; its days and today and yesterday are held, June 1 and 2 as well, May 31 without downtime.</summary>
    public static readonly DateOnly Week = new(2026, 7, 5);

    public static async Task<ParkScene> CreateAsync()
    {
        var stats = await StatsScene.CreateAsync();
        var cedar = await stats.ParkAsync("Cedar Point", destination: await stats.DestinationAsync("Sandusky"));
        var epcot = await stats.ParkAsync("Epcot", destination: await stats.DestinationAsync("Walt Disney World"));
        var scene = new ParkScene(
            stats,
            cedar,
            epcot,
            await stats.RideAsync(cedar, "Fury", 1),
            await stats.RideAsync(cedar, "Wheel", 2),
            await stats.RideAsync(cedar, "Train", 3),
            await stats.RideAsync(cedar, "Mine"),
            await stats.RideAsync(epcot, "Ball", 1));
        var show = await stats.RideAsync(cedar, "Parade", kind: EntityKind.Show);

        await scene.DayAsync(Today, ballDown: 0);
        await scene.DayAsync(Yesterday);
        for (var day = 0; day < 7; day++)
        {
            await scene.DayAsync(Week.AddDays(day));
        }

        await scene.DayAsync(new DateOnly(2026, 6, 1));
        await scene.DayAsync(new DateOnly(2026, 6, 2));
        await scene.HoursAsync(Today);
        await scene.HoursAsync(Yesterday);

        await stats.PublishedAsync(cedar, Today, 10, 22);
        await stats.PublishedAsync(epcot, Today, 9, 14);
        await stats.LiveAsync(scene.Fury, RideStatus.Operating, 45);
        await stats.LiveAsync(scene.Wheel, RideStatus.Operating, 10);
        await stats.LiveAsync(scene.Train, RideStatus.Closed);
        await stats.LiveAsync(scene.Mine, RideStatus.Refurbishment);
        await stats.LiveAsync(show, RideStatus.Operating, 90);
        await stats.LiveAsync(scene.Ball, RideStatus.Closed);
        return scene;
    }

    private async Task DayAsync(DateOnly date, double ballDown = 0.5)
    {
        await Stats.RideDayAsync(Fury, date, 8, down: 2, wait: 40, peak: 90);
        await Stats.RideDayAsync(Wheel, date, 10, wait: 10, peak: 20);
        await Stats.RideDayAsync(Train, date, 5, down: 5);
        await Stats.RideDayAsync(Mine, date, 0, refurbishment: 24, open: 10);
        await Stats.RideDayAsync(Ball, date, 10, down: ballDown, open: 10.5, wait: 60, peak: 60);
        await Stats.ParkDayAsync(Cedar, date);
        await Stats.ParkDayAsync(Epcot, date, 10.5);
    }

    // Of the day only four hours; the one from 12 to 13 has no rows.
    private async Task HoursAsync(DateOnly date)
    {
        foreach (var hour in new[] { 10, 11, 13 })
        {
            await Stats.RideHourAsync(Fury, date, hour, operating: hour == 11 ? 30 : 60, down: hour == 11 ? 30 : 0, wait: 40);
            await Stats.RideHourAsync(Wheel, date, hour, wait: 10);
            await Stats.RideHourAsync(Train, date, hour, operating: 0, down: 60);
            await Stats.ParkHourAsync(Cedar, date, hour);
        }
    }
}
