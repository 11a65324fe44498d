using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Quality.Detecting;

/// <summary>
/// Where a check looks: one destination with its parks, or everything at once (then without any). Holds what several detectors read while the
/// check lasts.
/// </summary>
internal sealed class CheckScope(
    Destination? destination, IReadOnlyList<Park> parks, Depth depth, DateTime now, ICatalogue catalogue, ICollectionWatch watch, ILiveCollection live)
{
    /// <summary>Days of live rows a detector judges.</summary>
    private static readonly TimeSpan Judged = TimeSpan.FromDays(2);

    /// <summary>Days before them that say what is usual.</summary>
    private static readonly TimeSpan History = TimeSpan.FromDays(14);

    private readonly Dictionary<int, IReadOnlyList<Ride>> _rides = [];
    private readonly Dictionary<int, IReadOnlyList<SteadyStretch>> _stretches = [];
    private IReadOnlyList<PolledDestination>? _polled;
    private IReadOnlyList<LiveGap>? _gaps;

    /// <summary>Never asked for by a detector that is global.</summary>
    public Destination Destination => destination ?? throw new InvalidOperationException("This check is of everything at once.");

    public int Id => destination?.DestinationId ?? 0;

    public IReadOnlyList<Park> Parks => parks;

    public Depth Depth => depth;

    /// <summary>UTC.</summary>
    public DateTime Now => now;

    /// <summary>UTC: where the live rows that are judged begin.</summary>
    public DateTime JudgedFrom => now - Judged;

    public static string NameOf(Park park) => park.Name ?? park.Slug ?? park.Uuid.ToString();

    public string DestinationName => Destination.Name ?? Destination.Slug ?? Destination.Uuid.ToString();

    public async ValueTask<IReadOnlyList<Ride>> RidesAsync(Park park, CancellationToken ct)
    {
        if (!_rides.TryGetValue(park.ParkId, out var rides))
        {
            _rides[park.ParkId] = rides = await catalogue.ListRidesAsync(park.ParkId, ct);
        }

        return rides;
    }

    /// <summary>Of the park's live rows that are judged, and of those before them.</summary>
    public async ValueTask<IReadOnlyList<SteadyStretch>> StretchesAsync(Park park, CancellationToken ct)
    {
        if (!_stretches.TryGetValue(park.ParkId, out var stretches))
        {
            var rides = (await RidesAsync(park, ct)).Where(r => r.IsCounted).Select(r => r.RideId).ToList();
            _stretches[park.ParkId] = stretches = rides.Count == 0 ? [] : await watch.StretchesAsync(rides, JudgedFrom - History, now, ct);
        }

        return stretches;
    }

    /// <summary>Null when the destination was never polled.</summary>
    public async ValueTask<PolledDestination?> PolledAsync(CancellationToken ct)
    {
        _polled ??= await watch.PolledAsync(ct);
        return _polled.FirstOrDefault(p => p.DestinationId == Id);
    }

    /// <summary>Of the live rows that are judged; a destination that is no longer tracked has none after its last poll.</summary>
    public async ValueTask<IReadOnlyList<LiveGap>> GapsAsync(CancellationToken ct) =>
        _gaps ??= await PolledAsync(ct) is { } polled ? await live.GapsAsync(Id, JudgedFrom, Until(polled), ct) : [];

    /// <summary>UTC: until when live data of the destination are to be expected.</summary>
    public DateTime Until(PolledDestination polled) => polled.IsTracked ? now : polled.Last;
}
