using System.Globalization;
using Dapper;
using NodaTime;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;

namespace ThemePark.Bench;

/// <summary>A year (or fewer days) of 64 parks that ends now, a ride changing some 130 times a day as real ones do, written by the import's writer: rides open at nine, close at twenty-one, change in between and break down now and then.</summary>
internal sealed class YearOfSnapshots(MySqlDatabase database, ISnapshotWriter writer, long snapshots, int days = YearOfSnapshots.Year)
{
    public const int Year = 365;

    private const int Destinations = 20;
    private const int Parks = 64;
    private const int RidesPerPark = 16;
    private static readonly string[] Zones = ["America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo"];

    private readonly int _step = (int)Math.Max(30, 12L * 3600 * Year * Parks * RidesPerPark / snapshots);
    private readonly List<(int Park, int Destination, DateTimeZone Zone, int[] Rides)> _parks = [];

    public DateOnly First { get; } = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(1 - days);

    public DateOnly Last => First.AddDays(days - 1);

    public int ParkCount => _parks.Count;

    public const int RideCount = Parks * RidesPerPark;

    public async Task<long> WriteAsync()
    {
        await using (var connection = await database.OpenAsync(CancellationToken.None))
        {
            for (var park = 1; park <= Parks; park++)
            {
                var destination = 1 + (park % Destinations);
                // Destinations share their parks' zone, as they do in the world.
                var zone = Zones[destination % Zones.Length];
                await connection.ExecuteAsync(
                    "INSERT IGNORE INTO destinations (destination_id, uuid, name) VALUES (@destination, UUID(), CONCAT(@word, ' Resort ', @destination))",
                    new { destination, word = destination % 6 == 0 ? "Disney" : "Invented" });
                await connection.ExecuteAsync(
                    "INSERT INTO parks (park_id, destination_id, uuid, name, timezone) VALUES (@park, @destination, UUID(), CONCAT('Park ', @park), @zone)", new { park, destination, zone });
                var rides = Enumerable.Range(((park - 1) * RidesPerPark) + 1, RidesPerPark).ToArray();
                await connection.ExecuteAsync(
                    "INSERT INTO rides (ride_id, park_id, uuid, name, entity_type, created_from) VALUES (@ride, @park, UUID(), CONCAT('Ride ', @ride), 'ATTRACTION', 'BENCH')",
                    rides.Select(ride => new { ride, park }));
                _parks.Add((park, destination, DateTimeZoneProviders.Tzdb[zone], rides));
            }
        }

        await writer.EnsurePartitionsAsync(First, First.AddDays(days), CancellationToken.None);
        var written = 0L;
        await Parallel.ForEachAsync(
            from day in Enumerable.Range(0, days) from destination in _parks.Select(p => p.Destination).Distinct() select (First.AddDays(day), destination),
            new ParallelOptions { MaxDegreeOfParallelism = 6 },
            async (unit, ct) => Interlocked.Add(ref written, await WriteAsync(unit.Item1, unit.destination, ct)));
        return written;
    }

    private async Task<int> WriteAsync(DateOnly day, int destination, CancellationToken ct)
    {
        using var batch = new ObservationBatch();
        var rides = new List<RideRef>();
        foreach (var park in _parks.Where(p => p.Destination == destination))
        {
            foreach (var ride in park.Rides)
            {
                Fill(batch, rides.Count, ride, day, park.Zone);
                rides.Add(new RideRef(ride, park.Park));
            }
        }

        var key = string.Create(CultureInfo.InvariantCulture, $"{destination}/{day:yyyy}/{day:MM}/{day:dd}.json.gz");
        using var encoded = writer.Encode(new DayContent(destination, day, DataSource.Archive, OverlapPolicy.Replace, true, [new DaySlice(batch, [.. rides], [], key)]));
        return await MySqlRetry.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, token);
                await writer.WriteAsync(encoded, transaction, token);
                await transaction.CommitAsync(token);
                return encoded.RowCount;
            },
            TimeProvider.System, null, ct);
    }

    private void Fill(ObservationBatch batch, int entity, int ride, DateOnly day, DateTimeZone zone)
    {
        var start = IsoInstant.StartOf(day);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var offset = zone.GetUtcOffset(Instant.FromUnixTimeMilliseconds(start)).Milliseconds;
#pragma warning disable CA5394 // The same year each time, not a secret.
        var random = new Random((ride * 1000) + day.DayNumber);
        var open = false;
        for (var at = start + (ride % 97 * 1000L); at < start + IsoInstant.MillisecondsPerDay && at < now; at += _step * 1000L)
        {
            var hour = (at + offset) / 3_600_000 % 24;
            var runs = hour is >= 9 and < 21;
            if (!runs && !open && at > start + (_step * 1000L))
            {
                continue;
            }

            var status = !runs ? RideStatus.Closed : random.Next(25) == 0 ? RideStatus.Down : RideStatus.Operating;
            open = runs;
            batch.Add(new SnapshotRow
            {
                Entity = entity,
                Instant = at,
                Status = status,
                Wait = status == RideStatus.Operating ? (short)(5 * random.Next(1, 4 + (ride % 20))) : SnapshotRow.NoWait,
                Flags = ObservationFlags.StatusStated | ObservationFlags.WaitStated,
                Park = -1,
            });
        }
#pragma warning restore CA5394
    }
}
