using System.Globalization;
using Dapper;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>
/// Days between the first and the last of a destination's archive whose file is missing or was not imported, per park that has rows before and
/// after them. Days that live polls have are no gap.
/// </summary>
internal sealed class ArchiveGaps(IArchiveState archive, MySqlDatabase database) : IDetector
{
    public string Name => "archive_gap";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var days = await archive.DaysAsync(scope.Destination.Uuid, cancellationToken);
        if (days.All(d => !d.IsHeld))
        {
            // Nothing was imported yet: that is no gap in what is held.
            return Detection.Everywhere([]);
        }

        var held = days.Where(d => d.IsHeld).Select(d => d.Day).ToHashSet();
        var listed = days.Select(d => d.Day).ToHashSet();
        var causes = new List<Cause>();
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var park in scope.Parks)
        {
            var ledger = (await connection.QueryAsync<DateOnly>(new CommandDefinition(
                SelectDays, new { park.ParkId }, cancellationToken: cancellationToken))).ToHashSet();
            var own = ledger.Where(held.Contains).Order().ToList();
            if (own.Count == 0)
            {
                continue;
            }

            var missing = Days(own[0], own[^1]).Where(d => !held.Contains(d) && !ledger.Contains(d));
            foreach (var (first, last) in Runs(missing, d => listed.Contains(d)))
            {
                var isListed = listed.Contains(first);
                causes.Add(new Cause(
                    string.Create(CultureInfo.InvariantCulture, $"park:{park.ParkId}|{first:yyyy-MM-dd}"),
                    IssueType.Gap,
                    Severity.Warning,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{CheckScope.NameOf(park)} has no data {(first == last ? $"on {first:yyyy-MM-dd}" : $"from {first:yyyy-MM-dd} to {last:yyyy-MM-dd}")}: the archive {(isListed ? "has files that were not imported" : "has no file")}."))
                {
                    DestinationId = scope.Id,
                    ParkId = park.ParkId,
                    Gap = isListed ? GapType.InvalidData : GapType.MissingArchive,
                    Source = DataSource.Archive,
                    Start = first.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
                    End = last.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
                    Records = last.DayNumber - first.DayNumber + 1,
                });
            }
        }

        return Detection.Everywhere(causes);
    }

    private static IEnumerable<DateOnly> Days(DateOnly first, DateOnly last)
    {
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            yield return day;
        }
    }

    // Days in a row with the same reason.
    private static IEnumerable<(DateOnly First, DateOnly Last)> Runs(IEnumerable<DateOnly> days, Func<DateOnly, bool> reason)
    {
        (DateOnly First, DateOnly Last)? run = null;
        foreach (var day in days)
        {
            if (run is { } going && going.Last.AddDays(1) == day && reason(going.First) == reason(day))
            {
                run = (going.First, day);
                continue;
            }

            if (run is { } ended)
            {
                yield return ended;
            }

            run = (day, day);
        }

        if (run is { } last)
        {
            yield return last;
        }
    }

    private const string SelectDays =
        """
        SELECT DISTINCT utc_day
        FROM v_ledger
        WHERE park_id = @ParkId
          AND row_count > 0
        """;
}
