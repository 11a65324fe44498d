using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>Every park and ride that was ever seen live, as of an instant.</summary>
internal sealed record LiveView(DateTime At, IReadOnlyDictionary<int, LiveRide> Rides, IReadOnlyDictionary<int, LivePark> Parks);

/// <summary>A ride now.</summary>
/// <param name="Status">As it stated; <see cref="RideStatus.None"/>: unknown.</param>
/// <param name="WaitMinutes">While it is OPERATING and the park is open; else null.</param>
/// <param name="OperatedToday">Null: nothing is known of the day.</param>
/// <param name="IsDown">By the rule.</param>
/// <param name="LiveStatus">The word that answers show: PARK_CLOSED, UNKNOWN or the status.</param>
internal sealed record LiveRide(
    int RideId,
    int ParkId,
    RideStatus Status,
    int? WaitMinutes,
    bool IsCounted,
    int? Tier,
    bool? OperatedToday,
    bool IsDown,
    DateTime LastSeenAt,
    string LiveStatus);

/// <summary>A park now; its counted rides by what they are, each once.</summary>
/// <param name="IsOpen">Null: unknown.</param>
/// <param name="RidesDown">By the rule.</param>
/// <param name="RidesClosed">What states CLOSED, or DOWN without being down by the rule.</param>
internal sealed record LivePark(
    int ParkId,
    bool? IsOpen,
    DateTime? LastSeenAt,
    int RidesOperating,
    int RidesDown,
    int RidesClosed,
    int RidesRefurbishment,
    int RidesUnknown,
    int TotalRides,
    double? ShameScore,
    double? AvgWait,
    int? MaxWait,
    int RidesReporting);

/// <summary>Joins what live collection saw, published hours and the day's sums into the state of every park and ride.</summary>
internal sealed class LiveBoard(
    ILiveCollection live, IParkHours hours, ICatalogue catalogue, ParkDirectory directory, ParkDays days, MySqlDatabase database, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _gate = new(1);
    private LiveView? _view;
    private (string Version, Dictionary<int, Ride> Rides) _rides = ("", []);

    /// <summary>Answered from memory within a minute of the clock: polls come every five.</summary>
    public async Task<LiveView> ReadAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } held)
        {
            return held;
        }

        // Everybody who comes at the turn of the minute waits for one reading.
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return Fresh() ?? (_view = await LoadAsync(cancellationToken));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private LiveView? Fresh() =>
        Volatile.Read(ref _view) is { } view && view.At.Ticks / TimeSpan.TicksPerMinute == clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute ? view : null;

    private async Task<LiveView> LoadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var parks = await directory.ListAsync(null, cancellationToken);
        var states = await live.StatesAsync(null, cancellationToken);
        var known = await RidesAsync(states, cancellationToken);
        var published = await hours.AtAsync(now, cancellationToken);
        var operated = await OperatedAsync(parks.Values, cancellationToken);
        // A ride may have had several upstream ids; the one seen last speaks.
        var byPark = states.Where(s => known.ContainsKey(s.RideId)).GroupBy(s => s.RideId).Select(g => g.MaxBy(s => s.LastSeenAt)!).ToLookup(s => s.ParkId);

        var rides = new Dictionary<int, LiveRide>();
        var open = new Dictionary<int, LivePark>();
        foreach (var park in parks.Values)
        {
            var isOpen = IsOpen(published.GetValueOrDefault(park.ParkId)?.IsOperating, [.. byPark[park.ParkId].Where(s => known[s.RideId].IsCounted)]);
            List<LiveRide> own = [.. byPark[park.ParkId].Select(s => Of(s, known[s.RideId], park, isOpen, Operated(s), now.UtcDateTime))];
            open[park.ParkId] = Of(park.ParkId, isOpen, own);
            own.ForEach(r => rides[r.RideId] = r);
        }

        return new LiveView(now.UtcDateTime, rides, open);

        bool? Operated(LiveState state) => operated.TryGetValue(state.RideId, out var did) ? did : null;
    }

    /// <summary>As published; else as its rides show.</summary>
    private static bool? IsOpen(bool? published, IReadOnlyList<LiveState> counted) =>
        published ?? (counted.Any(s => s.Status == RideStatus.Operating) ? true : counted.Any(s => s.Status != RideStatus.None) ? false : null);

    private static LiveRide Of(LiveState state, Ride ride, ParkInfo park, bool? isOpen, bool? operatedBefore, DateTime now)
    {
        var runs = isOpen == true && state.Status == RideStatus.Operating;
        var operated = runs ? true : operatedBefore;
        var stopped = state.Status == RideStatus.Down || (state.Status == RideStatus.Closed && !park.IsDisneyOrUniversal);
        return new LiveRide(
            state.RideId,
            state.ParkId,
            state.Status,
            runs && state.WaitMinutes >= 0 ? state.WaitMinutes : null,
            ride.IsCounted,
            ride.Tier,
            operated,
            isOpen == true && operated == true && stopped,
            state.LastSeenAt,
            Word(state, isOpen, now));
    }

    // What was not seen for a day is unknown even where the park is closed.
    private static string Word(LiveState state, bool? isOpen, DateTime now) =>
        state.LastSeenAt < now - Forgotten ? "UNKNOWN"
        : isOpen == false ? "PARK_CLOSED"
        : state.Status switch
        {
            RideStatus.Operating => "OPERATING",
            RideStatus.Down => "DOWN",
            RideStatus.Closed => "CLOSED",
            RideStatus.Refurbishment => "REFURBISHMENT",
            RideStatus.None => "UNKNOWN",
        };

    private static LivePark Of(int parkId, bool? isOpen, List<LiveRide> own)
    {
        var counted = own.Where(r => r.IsCounted).ToList();
        // An instant outside of open time is part of no score.
        var ran = isOpen == true ? counted.Where(r => r.OperatedToday == true && r.Status != RideStatus.None).ToList() : [];
        var waits = counted.Where(r => r.WaitMinutes is not null).Select(r => r.WaitMinutes!.Value).ToList();
        return new LivePark(
            parkId,
            isOpen,
            own.Count == 0 ? null : own.Max(r => r.LastSeenAt),
            counted.Count(r => r.Status == RideStatus.Operating),
            counted.Count(r => r.IsDown),
            counted.Count(r => r is { IsDown: false, Status: RideStatus.Closed or RideStatus.Down }),
            counted.Count(r => r.Status == RideStatus.Refurbishment),
            counted.Count(r => r.Status == RideStatus.None),
            counted.Count,
            Figures.Shame(ran.Where(r => r.IsDown).Sum(r => Figures.Weight(r.Tier)), ran.Sum(r => Figures.Weight(r.Tier))),
            Figures.AverageWait(waits.Sum(), waits.Count),
            waits.Count == 0 ? null : waits.Max(),
            waits.Count);
    }

    // Thousands of names are read again only when the catalogue has changed.
    private async Task<Dictionary<int, Ride>> RidesAsync(IReadOnlyList<LiveState> states, CancellationToken cancellationToken)
    {
        var version = await catalogue.VersionAsync(cancellationToken);
        if (version != _rides.Version || states.Any(s => !_rides.Rides.ContainsKey(s.RideId)))
        {
            _rides = (version, new Dictionary<int, Ride>(await catalogue.GetRidesAsync([.. states.Select(s => s.RideId)], cancellationToken)));
        }

        return _rides.Rides;
    }

    private async Task<Dictionary<int, bool?>> OperatedAsync(IEnumerable<ParkInfo> parks, CancellationToken cancellationToken)
    {
        var today = await days.TodayAsync(parks, cancellationToken);
        var groups = DayGroups.Of(today.Select(p => KeyValuePair.Create(p.Key, new DayRange(p.Value, p.Value))));
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Ride, bool? Operated)>(new CommandDefinition(
            $"{SelectOperated} {DayGroups.Where(groups, "park_id")}", DayGroups.Parameters(groups), cancellationToken: cancellationToken));
        return rows.GroupBy(r => r.Ride).ToDictionary(g => g.Key, g => g.First().Operated);
    }

    private const string SelectOperated =
        """
        SELECT ride_id, operated
        FROM ride_daily_stats
        WHERE
        """;
}
