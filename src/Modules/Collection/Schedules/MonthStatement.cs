using System.Text;
using System.Text.Json;
using ThemePark.Modules.Collection.Upstream;
using ThemePark.Upstream;

namespace ThemePark.Modules.Collection.Schedules;

/// <summary>What one answer states of one park's month, day by day.</summary>
/// <param name="Days">Days with entries, readable or not.</param>
/// <param name="Complete">No unreadable entry without a readable date: a day that is not in <paramref name="Days"/> is really not listed.</param>
internal sealed record MonthStatement(int ParkId, IReadOnlyDictionary<DateOnly, DayStatement> Days, bool Complete);

/// <summary>Sorts a document's entries by park and day. What cannot be stored is in <see cref="Refused"/>, with a reason; nothing is lost in silence.</summary>
internal sealed class MonthReading
{
    /// <summary>A month's document lists a day of another month: that one has a document of its own.</summary>
    public const string OutsideMonth = "OUTSIDE_MONTH";

    /// <summary>Purchases and unknown fields of one entry beyond <see cref="MaxJsonLength"/> characters.</summary>
    public const string TooLarge = "TOO_LARGE";

    public const int MaxJsonLength = 256 * 1024;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly DateOnly _month;
    private readonly bool _simulated;
    private readonly List<QuarantinedRow> _refused;

    /// <param name="document">What was answered.</param>
    /// <param name="month">First day of the month that was asked for.</param>
    /// <param name="parks">The catalogue's parks, by UUID.</param>
    public MonthReading(UpstreamDocument document, DateOnly month, IReadOnlyDictionary<Guid, int> parks)
    {
        (_body, _month, _simulated) = (document.Body, month, document.Simulated);
        var schedule = ScheduleReader.Read(document.Body);
        _refused = [.. schedule.Quarantine];
        UnknownParks = [.. schedule.Parks.Select(p => p.Uuid).Where(u => !parks.ContainsKey(u)).Distinct()];
        // Of a park that is listed twice the last counts.
        Parks = [.. schedule.Parks.Where(p => parks.ContainsKey(p.Uuid)).GroupBy(p => p.Uuid).Select(g => Read(g.Last(), parks[g.Key]))];
    }

    public IReadOnlyList<MonthStatement> Parks { get; }

    public IReadOnlyList<Guid> UnknownParks { get; }

    public IReadOnlyList<QuarantinedRow> Refused => _refused;

    private MonthStatement Read(ParkSchedule park, int parkId)
    {
        var entries = new Dictionary<DateOnly, List<StatedEntry>>();
        var unreadable = new Dictionary<DateOnly, List<QuarantinedRow>>();
        foreach (var row in _refused.Where(r => r.EntityId == park.Uuid && DateOf(r) is { } date && IsAsked(date)))
        {
            ListOf(unreadable, DateOf(row)!.Value).Add(row);
        }

        foreach (var entry in park.Entries)
        {
            if (Refusal(entry) is not { } reason)
            {
                ListOf(entries, entry.Date).Add(Stated(entry));
                continue;
            }

            var row = QuarantinedRow.Of(-1, reason, Encoding.UTF8.GetBytes($"{entry.Date:yyyy-MM-dd} {entry.TypeText}"), park.Uuid);
            _refused.Add(row);
            if (reason == TooLarge)
            {
                ListOf(unreadable, entry.Date).Add(row);
            }
        }

        var days = entries.Keys.Union(unreadable.Keys).ToDictionary(
            date => date,
            date => new DayStatement(date, entries.GetValueOrDefault(date) ?? [], unreadable.GetValueOrDefault(date) ?? [], _simulated));
        return new MonthStatement(parkId, days, _refused.All(r => r.EntityId != park.Uuid || r.Index < 0 || DateOf(r) is not null));
    }

    private string? Refusal(ScheduleEntry entry) =>
        !IsAsked(entry.Date) ? OutsideMonth
        : (entry.Purchases?.Length ?? 0) + entry.Unknown.Sum(u => u.Length + u.Name.Length) > MaxJsonLength ? TooLarge
        : null;

    private StatedEntry Stated(ScheduleEntry entry) => new(
        entry.TypeText, entry.Description, entry.OpensAt, entry.ClosesAt, entry.Flags,
        entry.Purchases is { } p ? Encoding.UTF8.GetString(_body.Span.Slice(p.Start, p.Length)) : null,
        DayStatement.Object(_body, entry.Unknown));

    private bool IsAsked(DateOnly date) => date.Year == _month.Year && date.Month == _month.Month;

    private static DateOnly? DateOf(QuarantinedRow row)
    {
        try
        {
            using var json = JsonDocument.Parse(row.Raw, new JsonDocumentOptions { MaxDepth = UpstreamDocument.MaxDepth });
            return json.RootElement.Date("date");
        }
        catch (JsonException)
        {
            // Its raw text was cut, or is none.
            return null;
        }
    }

    private static List<T> ListOf<T>(Dictionary<DateOnly, List<T>> lists, DateOnly date)
    {
        if (!lists.TryGetValue(date, out var list))
        {
            lists[date] = list = [];
        }

        return list;
    }
}
