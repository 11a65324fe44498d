using System.Globalization;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>Figures against the rows they are of: a choice of months is computed again and compared to the last digit.</summary>
internal sealed class FiguresCheckup(RollupRunner rollup, RollupStore store, DirtyDays dirty, MySqlDatabase database) : ICheckup
{
    // A month of a park is some twenty times the work of what other checkups call one thing.
    private const int Weight = 20;

    public string Name => "rollups";

    public Layer Layer => Layer.Figures;

    public string Compares => "figures by hour and day with the raw rows";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var spans = await connection.QueryAsync<(int Park, DateOnly First, DateOnly Last)>(new CommandDefinition(SelectSpans, cancellationToken: cancellationToken));
        // A local day reaches into the neighbouring UTC days.
        var months = spans.SelectMany(s => Months(s.Park, s.First.AddDays(-1), s.Last.AddDays(1), scope)).ToList();
        var chosen = (scope with { Sample = Math.Max(1, scope.Sample / Weight) }).Choose(months);
        var waiting = await dirty.FindAsync([.. chosen.Select(m => m.Park).Distinct()], cancellationToken);
        var ailments = new List<Ailment>();
        foreach (var month in chosen.Where(m => !waiting.Contains(m.Park)))
        {
            foreach (var date in await rollup.DifferAsync(month.Park, month.First, month.Last, cancellationToken))
            {
                ailments.Add(new Ailment(
                    string.Create(CultureInfo.InvariantCulture, $"The figures of park {month.Park} on {date:yyyy-MM-dd} are not those of its rows."),
                    Remedy.Safe,
                    "--fix computes them again.",
                    new Wrong(month.Park, date)));
            }
        }

        return new CheckupFindings(chosen.Count, months.Count, ailments);
    }

    public async Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken)
    {
        foreach (var wrong in ailments.Select(a => a.Subject).OfType<Wrong>())
        {
            await store.ForgetAsync(wrong.ParkId, wrong.Date.AddDays(-1), wrong.Date.AddDays(1), cancellationToken);
        }

        await rollup.RunAsync(null, cancellationToken);
    }

    private static IEnumerable<(int Park, DateOnly First, DateOnly Last)> Months(int park, DateOnly first, DateOnly last, CheckupScope scope)
    {
        for (var from = scope.From > first ? scope.From.Value : first; from <= last && scope.Covers(from);)
        {
            var end = new DateOnly(from.Year, from.Month, 1).AddMonths(1).AddDays(-1);
            end = end < last ? end : last;
            yield return (park, from, scope.To < end ? scope.To.Value : end);
            from = end.AddDays(1);
        }
    }

    private sealed record Wrong(int ParkId, DateOnly Date);

    private const string SelectSpans =
        """
        SELECT park_id, MIN(utc_day), MAX(utc_day)
        FROM v_ledger
        WHERE row_count > 0
        GROUP BY park_id
        ORDER BY park_id
        """;
}
