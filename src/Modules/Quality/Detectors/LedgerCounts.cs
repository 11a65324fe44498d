using System.Globalization;
using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>
/// Counts raw rows against the ledger: yesterday and some other days, another choice each day, or everything when the check is whole. Finds entries
/// whose count is wrong, rows no entry speaks of, and rows of rides that are in no catalogue.
/// </summary>
internal sealed class LedgerCounts(ILedgerAudit audit, ICatalogue catalogue, MySqlDatabase database, IOptions<QualityOptions> options) : IDetector
{
    public string Name => "ledger";

    public Depth From => Depth.Daily;

    public bool IsGlobal => true;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var causes = new List<Cause>();
        var ranges = await RangesAsync(scope, cancellationToken);
        foreach (var (first, last) in ranges)
        {
            var counts = await audit.CountAsync(first, last, cancellationToken);
            causes.AddRange(counts.Wrong.Select(w => new Cause(
                $"entry:{w.ParkId}|{w.UtcDay:yyyy-MM-dd}|{w.Source}",
                IssueType.Invalid,
                Severity.Critical,
                string.Create(CultureInfo.InvariantCulture, $"The ledger says {w.Listed} rows of park {w.ParkId} on {w.UtcDay:yyyy-MM-dd} ({w.Source}); there are {w.Counted}."))
            {
                ParkId = w.ParkId,
                Source = w.Source,
                Start = Start(w.UtcDay),
                End = Start(w.UtcDay.AddDays(1)),
                Records = Math.Abs(w.Listed - w.Counted),
            }));
            var known = counts.Stray.Count == 0
                ? new Dictionary<int, Ride>()
                : await catalogue.GetRidesAsync([.. counts.Stray.Select(s => s.RideId).Distinct()], cancellationToken);
            causes.AddRange(counts.Stray.Select(s => new Cause(
                $"stray:{s.RideId}|{s.UtcDay:yyyy-MM-dd}|{s.Source}",
                IssueType.Invalid,
                Severity.Critical,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{s.Rows} rows of ride {s.RideId} on {s.UtcDay:yyyy-MM-dd} ({s.Source}) are in no ledger entry{(known.ContainsKey(s.RideId) ? "" : ", and the catalogue has no such ride")}."))
            {
                ParkId = known.GetValueOrDefault(s.RideId)?.ParkId,
                RideId = s.RideId,
                Source = s.Source,
                Start = Start(s.UtcDay),
                End = Start(s.UtcDay.AddDays(1)),
                Records = s.Rows,
            }));
        }

        return new Detection(causes, issue => issue.Start is { } at && ranges.Any(r => DateOnly.FromDateTime(at) >= r.First && DateOnly.FromDateTime(at) <= r.Last));
    }

    private async Task<IReadOnlyList<(DateOnly First, DateOnly Last)>> RangesAsync(CheckScope scope, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var (first, last) = await connection.QuerySingleAsync<(DateOnly?, DateOnly?)>(new CommandDefinition(SelectRange, cancellationToken: ct));
        if (first is not { } from || last is not { } to)
        {
            return [];
        }

        var today = DateOnly.FromDateTime(scope.Now);
        if (scope.Depth == Depth.Whole)
        {
            // Rows may lie where no entry does: a month on each side.
            return [(from.AddMonths(-1), (to > today ? to : today).AddDays(1))];
        }

        // Another choice each day, and the same one however often a day's check is repeated.
        var random = new Random(today.DayNumber);
        var span = to.DayNumber - from.DayNumber + 1;
        var days = Enumerable.Range(0, options.Value.LedgerSampleDays).Select(_ => from.AddDays(random.Next(span))).Append(today.AddDays(-1)).Distinct();
        return [.. days.Select(d => (d, d))];
    }

    private static DateTime Start(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    private const string SelectRange = "SELECT MIN(utc_day), MAX(utc_day) FROM v_ledger WHERE row_count > 0";
}
