using System.Globalization;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.IntegrationTests.Collection.Schedules;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Metadata.Syncing;
using Xunit;

namespace ThemePark.IntegrationTests.Metadata.Syncing;

public sealed class SyncTests
{
    private const string CountVersions = "SELECT COUNT(*) FROM entity_metadata_history";

    [Fact]
    public async Task A_first_sync_makes_parks_and_rides_with_their_facts_and_a_second_changes_nothing()
    {
        await using var scene = await SyncScene.StartAsync();
        var resort = scene.World.Destination("Resort");
        var park = scene.World.Park(resort, "Park");
        var coaster = scene.World.Ride(park, "Indoor Coaster", attributes: """
            {"attractionType":"RIDE","minimumHeight":{"height":48,"unit":"in"},"maximumHeight":110,"location":{"latitude":50.1,"longitude":8.2},"mayGetWet":true}
            """);
        var show = scene.World.Ride(coaster, "Queue Show", "SHOW");
        var inn = scene.World.Ride(park, "Inn", "RESTAURANT");
        scene.World.Ride(resort, "Hotel", "HOTEL");

        var first = await scene.SyncAsync();
        var content = await DumpAsync(scene);
        scene.Clock.Advance(TimeSpan.FromDays(1));
        var second = await scene.SyncAsync();

        first.Counts.ShouldBe(new SyncCounts(6, 0, 0, 0, 0));
        second.Counts.ShouldBe(new SyncCounts(0, 0, 6, 0, 0));
        (await DumpAsync(scene)).ShouldBe(content);
        (await scene.OneAsync<long>(CountVersions)).ShouldBe(6);
        var known = (await scene.Catalogue.ListParksAsync(null, CancellationToken.None)).Single();
        (known.Name, known.Slug, known.TimeZone, known.Uuid).ShouldBe(("Park", "park", "Europe/Berlin", park.Id));
        var ride = await scene.RideAsync(coaster);
        (ride.Name, ride.EntityType, ride.AttractionType, ride.ParkId).ShouldBe(("Indoor Coaster", "ATTRACTION", "RIDE", known.ParkId));
        (ride.Latitude, ride.Longitude).ShouldBe((50.1, 8.2));
        (ride.MinHeightCm, ride.MaxHeightCm).ShouldBe((110, 122));
        ride.HeightFlags.ShouldBe(["INCHES_CONVERTED", "SWAPPED"]);
        (ride.IndoorOutdoor, ride.IndoorOutdoorConfidence, ride.IndoorOutdoorEvidence).ShouldBe(("INDOOR", 0.8, "name says indoor"));
        ride.Attributes.GetProperty("mayGetWet").GetBoolean().ShouldBeTrue();
        (ride.Version, ride.LastSyncedAt, ride.DelistedAt).ShouldBe((1, scene.Clock.GetUtcNow().UtcDateTime, null));
        (await scene.RideAsync(show)).ParkId.ShouldBe(known.ParkId);
        // What is eaten is no ride.
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM rides")).ShouldBe(2);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM entity_metadata WHERE uuid = @Id AND ride_id IS NULL", new { Id = inn.Id.ToString() })).ShouldBe(1);
    }

    [Fact]
    public async Task Three_renames_and_a_move_to_another_park_are_versions_and_the_ride_can_be_asked_for_as_of_each()
    {
        await using var scene = await SyncScene.StartAsync();
        var resort = scene.World.Destination("Resort");
        var old = scene.World.Park(resort, "Old");
        var other = scene.World.Park(scene.World.Destination("Elsewhere"), "New");
        scene.World.Rides(old, 4);
        var ride = scene.World.Ride(old, "One");
        await scene.SyncAsync();
        foreach (var name in new[] { "Two", "Three", "Four" })
        {
            scene.Clock.Advance(TimeSpan.FromDays(10));
            ride.Name = name;
            await scene.SyncAsync();
        }

        scene.Clock.Advance(TimeSpan.FromDays(10));
        ride.Parent = other;
        var moving = await scene.SyncAsync();

        moving.Counts.ShouldBe(new SyncCounts(0, 1, 8, 0, 0));
        var history = await scene.HistoryAsync(ride);
        history.Select(v => (v.Version, v.Facts.Name, Day(v.ValidFrom), v.ValidTo is { } to ? Day(to) : null)).ShouldBe(
            [(1, "One", "05-01", "05-11"), (2, "Two", "05-11", "05-21"), (3, "Three", "05-21", "05-31"), (4, "Four", "05-31", "06-10"), (5, "Four", "06-10", null)]);
        history[0].Changes.ShouldBeEmpty();
        history[1].Changes.Select(c => (c.Field, c.Old.GetString(), c.New.GetString())).ShouldBe([("name", "One", "Two")]);
        history[4].Changes.Select(c => c.Field).ShouldBe(["parent_uuid", "park_uuid", "destination_uuid", "park_id"]);
        history.ShouldAllBe(v => v.Cause == "SYNC");

        (await scene.RideAsync(ride)).ShouldSatisfyAllConditions(r => r.Name.ShouldBe("Four"), r => r.ParkName.ShouldBe("New"), r => r.DestinationName.ShouldBe("Elsewhere"));
        (await AsOfAsync(scene, ride, "2026-05-01")).ShouldBe(("One", "Old", 1));
        (await AsOfAsync(scene, ride, "2026-05-11T02:59:59Z")).ShouldBe(("One", "Old", 1));
        (await AsOfAsync(scene, ride, "2026-05-11T05:00:00+02:00")).ShouldBe(("Two", "Old", 2));
        (await AsOfAsync(scene, ride, "2026-05-30")).ShouldBe(("Three", "Old", 3));
        (await AsOfAsync(scene, ride, "2026-06-09")).ShouldBe(("Four", "Old", 4));
        (await AsOfAsync(scene, ride, "2026-06-10")).ShouldBe(("Four", "New", 5));
        (await scene.OneAsync<int>("SELECT park_id FROM rides WHERE uuid = @Id", new { Id = ride.Id.ToString() })).ShouldBe(await scene.ParkIdAsync(other));
    }

    [Fact]
    public async Task A_park_follows_upstream_to_another_destination_name_and_zone()
    {
        await using var scene = await SyncScene.StartAsync();
        var (one, two) = (scene.World.Destination("One"), scene.World.Destination("Two"));
        var park = scene.World.Park(one, "Park");
        await scene.SyncAsync();

        (park.Parent, park.Name, park.Zone) = (two, "Park of Two", "America/Chicago");
        await scene.SyncAsync();

        var now = (await scene.Catalogue.ListParksAsync(null, CancellationToken.None)).Single();
        var destination = await scene.Catalogue.FindDestinationAsync(two.Id, CancellationToken.None);
        (now.Name, now.TimeZone, now.DestinationId).ShouldBe(("Park of Two", "America/Chicago", destination!.DestinationId));
    }

    [Fact]
    public async Task What_is_no_longer_listed_is_kept_and_marked_and_may_come_back()
    {
        await using var scene = await SyncScene.StartAsync();
        var park = scene.World.Park(scene.World.Destination("Resort"), "Park");
        var ride = scene.World.Rides(park, 5)[0];
        await scene.SyncAsync();

        scene.Clock.Advance(TimeSpan.FromDays(1));
        var goneAt = scene.Clock.GetUtcNow().UtcDateTime;
        ride.Listed = false;
        (await scene.SyncAsync()).Counts.ShouldBe(new SyncCounts(0, 0, 6, 0, 1));
        scene.Clock.Advance(TimeSpan.FromDays(1));
        (await scene.SyncAsync()).Counts.Delisted.ShouldBe(0);
        var gone = await scene.RideAsync(ride);
        ride.Listed = true;
        scene.Clock.Advance(TimeSpan.FromDays(1));
        (await scene.SyncAsync()).Counts.ShouldBe(new SyncCounts(0, 1, 6, 0, 0));

        (gone.DelistedAt, gone.Version, gone.LastSyncedAt).ShouldBe((goneAt, 2, goneAt.AddDays(-1)));
        (await scene.RideAsync(ride)).ShouldSatisfyAllConditions(r => r.DelistedAt.ShouldBeNull(), r => r.Version.ShouldBe(3));
        (await scene.HistoryAsync(ride)).Select(v => v.Facts.Listed).ShouldBe([true, false, true]);
        (await scene.RideAsync(ride, "2026-" + Day(goneAt))).DelistedAt.ShouldBe(goneAt);
    }

    [Fact]
    public async Task A_list_that_lacks_more_than_a_tenth_of_a_park_changes_nothing_of_it_until_an_operator_accepts_it()
    {
        await using var scene = await SyncScene.StartAsync();
        var resort = scene.World.Destination("Resort");
        var (park, sound) = (scene.World.Park(resort, "Park"), scene.World.Park(resort, "Sound"));
        var rides = scene.World.Rides(park, 20);
        var renamed = scene.World.Rides(sound, 3)[0];
        await scene.SyncAsync();
        foreach (var ride in rides.Take(3))
        {
            ride.Listed = false;
        }

        (rides[10].Name, renamed.Name) = ("Other", "Renamed");
        scene.Clock.Advance(TimeSpan.FromDays(1));
        var job = new ScheduleHarness.Run();
        var report = await scene.SyncAsync(job: job);
        var parkId = await scene.ParkIdAsync(park);
        var outcome = (await scene.Outcomes.OutcomesAsync(CancellationToken.None)).Single(p => p.ParkId == parkId);

        report.Clean.ShouldBeFalse();
        report.Counts.ShouldBe(new SyncCounts(0, 1, 4, 0, 0));
        (outcome.LastOutcome, outcome.RefusedReason).ShouldBe((SyncOutcome.Refused, "3 of 21 entities are no longer listed: more than a tenth"));
        outcome.LastSuccess.ShouldNotBeNull();
        job.Lines.ShouldContain(l => l.Level == LogLevel.Warning && l.Text.Contains("REFUSED", StringComparison.Ordinal));
        (await scene.RideAsync(rides[0])).DelistedAt.ShouldBeNull();
        (await scene.RideAsync(rides[10])).Name.ShouldBe("Park ride 11");
        (await scene.RideAsync(renamed)).Name.ShouldBe("Renamed");

        (await scene.SyncAsync(parkId, acceptRemovals: true)).Counts.ShouldBe(new SyncCounts(0, 1, 17, 0, 3));
        (await scene.RideAsync(rides[0])).DelistedAt.ShouldNotBeNull();
        (await scene.Outcomes.OutcomesAsync(CancellationToken.None)).ShouldAllBe(p => p.LastOutcome == SyncOutcome.Synced && p.RefusedReason == null);
    }

    [Fact]
    public async Task A_park_that_vanishes_with_its_destination_is_not_believed_either()
    {
        await using var scene = await SyncScene.StartAsync();
        scene.World.Rides(scene.World.Park(scene.World.Destination("Stays"), "A"), 2);
        var vanishing = scene.World.Destination("Vanishes");
        scene.World.Rides(scene.World.Park(vanishing, "B"), 5);
        await scene.SyncAsync();

        vanishing.Listed = false;
        var report = await scene.SyncAsync();

        report.Counts.ShouldBe(new SyncCounts(0, 0, 4, 0, 1));
        (await scene.Outcomes.OutcomesAsync(CancellationToken.None)).Select(p => p.LastOutcome).ShouldBe([SyncOutcome.Synced, SyncOutcome.Refused]);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM entity_metadata WHERE delisted_at IS NOT NULL")).ShouldBe(1);
    }

    [Fact]
    public async Task An_entity_that_cannot_be_had_is_counted_and_stops_no_other()
    {
        await using var scene = await SyncScene.StartAsync();
        var park = scene.World.Park(scene.World.Destination("Resort"), "Park");
        var rides = scene.World.Rides(park, 4);
        scene.World.Broken.Add($"/entity/{rides[1].Id}");
        rides[2].Attributes["id"] = Guid.NewGuid().ToString();

        var report = await scene.SyncAsync();

        report.Counts.ShouldBe(new SyncCounts(4, 0, 0, 2, 0));
        report.Failed.ShouldBe(0);
        var outcome = (await scene.Outcomes.OutcomesAsync(CancellationToken.None)).Single();
        (outcome.LastOutcome, outcome.Listed).ShouldBe((SyncOutcome.Partial, 5));
        outcome.Reason.ShouldNotBeNull().ShouldStartWith("2 of 5 entities could not be had, the first: ");
        scene.World.Broken.Clear();
        rides[2].Attributes = [];
        (await scene.SyncAsync()).Counts.ShouldBe(new SyncCounts(2, 0, 4, 0, 0));
    }

    [Fact]
    public async Task A_destination_whose_list_fails_stays_as_it_is_and_the_jobs_next_try_does_only_that()
    {
        await using var scene = await SyncScene.StartAsync();
        var (sound, broken) = (scene.World.Destination("Sound"), scene.World.Destination("Broken"));
        scene.World.Rides(scene.World.Park(sound, "A"), 3);
        scene.World.Rides(scene.World.Park(broken, "B"), 3);
        await scene.SyncAsync();
        var job = new ScheduleHarness.Run();
        scene.World.Broken.Add($"/entity/{broken.Id}/children");

        var first = await scene.SyncAsync(job: job);
        var outcomes = await scene.Outcomes.OutcomesAsync(CancellationToken.None);
        scene.World.Broken.Clear();
        scene.World.Served.Clear();
        var second = await scene.SyncAsync(job: job);

        (first.Failed, first.Counts).ShouldBe((2, new SyncCounts(0, 0, 5, 0, 0)));
        outcomes.Select(o => o.LastOutcome).ShouldBe([SyncOutcome.Synced, SyncOutcome.Failed]);
        outcomes[1].Reason.ShouldNotBeNull().ShouldStartWith("API_UNAVAILABLE: ");
        (second.Failed, second.Counts).ShouldBe((0, new SyncCounts(0, 0, 5, 0, 0)));
        scene.World.Served.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_run_that_is_killed_at_any_write_is_completed_by_the_next_without_a_version_twice()
    {
        await using var scene = await SyncScene.StartAsync();
        var resort = scene.World.Destination("Resort");
        foreach (var name in new[] { "A", "B", "C" })
        {
            scene.World.Rides(scene.World.Park(resort, name), 3);
        }

        for (var write = 1; write <= 4; write++)
        {
            await Should.ThrowAsync<RunSupersededException>(() => scene.SyncAsync(job: new ScheduleHarness.Run { DiesAtWrite = write }));
        }

        await scene.SyncAsync();

        (await scene.OneAsync<long>(CountVersions)).ShouldBe(13);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM entity_metadata WHERE version = 1")).ShouldBe(13);
        (await scene.OneAsync<long>("SELECT COUNT(*) FROM rides")).ShouldBe(9);
    }

    [Fact]
    public async Task Documents_that_have_not_changed_are_not_sent_again()
    {
        await using var scene = await SyncScene.StartAsync();
        var park = scene.World.Park(scene.World.Destination("Resort"), "Park");
        var rides = scene.World.Rides(park, 3);
        await scene.SyncAsync();
        scene.World.Served.ShouldAllBe(s => s.Status == 200);
        scene.World.Served.Clear();

        rides[0].Attributes["mayGetWet"] = true;
        var report = await scene.SyncAsync();

        report.Counts.ShouldBe(new SyncCounts(0, 1, 4, 0, 0));
        scene.World.Served.Where(s => s.Status == 200).Select(s => s.Id).ShouldBe([rides[0].Id]);
        scene.World.Served.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_simulator_is_never_mixed_into_what_upstream_said()
    {
        await using var scene = await SyncScene.StartAsync();
        var ride = scene.World.Rides(scene.World.Park(scene.World.Destination("Resort"), "Park"), 3)[0];
        scene.World.Simulated = true;
        await scene.SyncAsync();
        scene.World.Simulated = false;
        await scene.SyncAsync();
        scene.World.Simulated = true;
        ride.Name = "Invented";

        (await Should.ThrowAsync<JobFailedException>(() => scene.SyncAsync())).Permanent.ShouldBeTrue();

        (await scene.RideAsync(ride)).Name.ShouldBe("Park ride 1");
    }

    private static async Task<(string?, string?, int?)> AsOfAsync(SyncScene scene, SmallWorld.Thing ride, string instant)
    {
        var then = await scene.RideAsync(ride, instant);
        return (then.Name, then.ParkName, then.Version);
    }

    private static string Day(DateTime instant) => instant.ToString("MM-dd", CultureInfo.InvariantCulture);

    // All but when it was last seen.
    private static Task<string> DumpAsync(SyncScene scene) => scene.OneAsync<string>(
        """
        SELECT CONCAT(
            (SELECT GROUP_CONCAT(uuid, version, changed_at, COALESCE(ride_id, '-'), COALESCE(tags, '-'), COALESCE(attributes, '-') ORDER BY uuid) FROM entity_metadata),
            (SELECT GROUP_CONCAT(ride_id, name, updated_at ORDER BY ride_id) FROM rides),
            (SELECT GROUP_CONCAT(park_id, name, updated_at ORDER BY park_id) FROM parks))
        """);
}
