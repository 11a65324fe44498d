using Microsoft.Extensions.Logging;
using NodaTime;
using NodaTime.Extensions;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Schedules;

/// <summary>Asks for the schedules of all destinations, one after the other, month by month, and stores what changed.</summary>
internal sealed class ScheduleSync(UpstreamClient upstream, ICatalogue catalogue, ScheduleStore store, TimeProvider clock)
{
    public const int DaysAhead = 60;

    /// <summary>Every document is written before the next is asked for; a run that ends anywhere is completed by the next.</summary>
    public async Task<ScheduleSyncResult> RunAsync(int? destinationId, IJobRun job, CancellationToken ct)
    {
        var result = new ScheduleSyncResult();
        // A park may be listed by another destination than the catalogue's: entries belong to the park.
        var parks = await catalogue.ListParksAsync(null, ct);
        var byUuid = parks.ToDictionary(p => p.Uuid, p => p.ParkId);
        var destinations = (await catalogue.ListDestinationsAsync(ct)).Where(d => destinationId is null || d.DestinationId == destinationId).ToList();
        foreach (var (destination, number) in destinations.Select((d, i) => (d, i + 1)))
        {
            ct.ThrowIfCancellationRequested();
            await SyncAsync(destination, [.. parks.Where(p => p.DestinationId == destination.DestinationId)]);
            job.Progress((double)number / destinations.Count, destination.Name);
        }

        return result;

        async Task SyncAsync(Destination destination, IReadOnlyList<Park> own)
        {
            var now = clock.GetUtcNow();
            var today = parks.ToDictionary(p => p.ParkId, p => Today(p, now));
            var seen = new HashSet<int>();
            var days = own.Select(p => today[p.ParkId]).DefaultIfEmpty(DateOnly.FromDateTime(now.UtcDateTime)).ToList();
            foreach (var month in Months(days.Min(), days.Max().AddDays(DaysAhead)))
            {
                try
                {
                    seen.UnionWith(await MonthAsync(destination, month, byUuid, today));
                }
                catch (UpstreamException e)
                {
                    result.Fail(e.Kind);
                    job.Log(LogLevel.Warning, $"{NameOf(destination)}, {month:yyyy-MM}: {e.Kind.ToUpperSnake()}: {e.Message}");
                    // Another month may be whole where one is broken; a destination that is not reached or not known is so in every month.
                    if (e.Kind != UpstreamFailure.InvalidData)
                    {
                        return;
                    }
                }
            }

            foreach (var park in own.Where(p => !seen.Contains(p.ParkId)))
            {
                result.Missing(park.ParkId);
                job.Log(LogLevel.Warning, $"{NameOf(destination)}: park {park.ParkId} ({park.Uuid}) is not among the parks listed.");
            }
        }

        async Task<IEnumerable<int>> MonthAsync(Destination destination, DateOnly month, IReadOnlyDictionary<Guid, int> known, IReadOnlyDictionary<int, DateOnly> today)
        {
            result.Asked++;
            var document = await upstream.GetScheduleAsync(destination.Uuid, month.Year, month.Month, ct);
            var reading = new MonthReading(document, month, known);
            var changed = await store.WriteAsync(reading.Parks, month, today, document.ReceivedAt, document.Simulated, job, ct);
            await job.AdvancedAsync(ct);
            result.Answer(changed, reading, document.Simulated);
            foreach (var row in reading.Refused)
            {
                job.Log(LogLevel.Warning, $"{NameOf(destination)}, {month:yyyy-MM}: entry of {row.EntityId} not read: {row.Reason}: {Contracts.JsonValues.Cut(row.Raw, 1_000)}");
            }

            return reading.Parks.Select(p => p.ParkId);
        }
    }

    private static DateOnly Today(Park park, DateTimeOffset now) => now.ToInstant().InZone(ScheduleZones.Of(park)).Date.ToDateOnly();

    private static IEnumerable<DateOnly> Months(DateOnly first, DateOnly last)
    {
        for (var month = new DateOnly(first.Year, first.Month, 1); month <= last; month = month.AddMonths(1))
        {
            yield return month;
        }
    }

    private static string NameOf(Destination destination) => destination.Name ?? destination.Uuid.ToString();
}

internal static class ScheduleZones
{
    // The catalogue takes no park without an IANA zone; one our time zone data does not know yet is no reason to stop.
    public static DateTimeZone Of(Park park) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(park.TimeZone) ?? DateTimeZone.Utc;
}
