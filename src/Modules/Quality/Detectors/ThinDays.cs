using System.Globalization;
using Dapper;
using Microsoft.Extensions.Options;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Quality.Detecting;
using ThemePark.Modules.Quality.Issues;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Detectors;

/// <summary>
/// Complete days on which a park's good polls brought far fewer rows each than is usual: the median of the fortnight before. Only live days: an
/// archived day with few changes may as well be a quiet one.
/// </summary>
internal sealed class ThinDays(ICollectionWatch watch, MySqlDatabase database, IOptions<QualityOptions> options) : IDetector
{
    private const int Window = 7;
    private const int History = 14;
    private const int LeastHistory = 3;

    public string Name => "thin_day";

    public Depth From => Depth.Daily;

    public async Task<Detection> LookAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var last = DateOnly.FromDateTime(scope.Now).AddDays(-1);
        var first = last.AddDays(1 - Window);
        var polls = await watch.GoodPollsAsync(scope.Id, first.AddDays(-History), last, cancellationToken);
        var causes = new List<Cause>();
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var park in scope.Parks)
        {
            var rows = (await connection.QueryAsync<(DateOnly Day, long Rows)>(new CommandDefinition(
                    SelectRows, new { park.ParkId, First = first.AddDays(-History), Last = last }, cancellationToken: cancellationToken)))
                .Where(r => polls.ContainsKey(r.Day))
                .ToDictionary(r => r.Day, r => (double)r.Rows / polls[r.Day]);
            for (var day = first; day <= last; day = day.AddDays(1))
            {
                var usual = rows.Where(r => r.Key < day && r.Key >= day.AddDays(-History)).Select(r => r.Value).Order().ToList();
                if (usual.Count >= LeastHistory && rows.TryGetValue(day, out var had) && had < usual[usual.Count / 2] * options.Value.ThinDayPercent / 100)
                {
                    causes.Add(new Cause(
                        $"park:{park.ParkId}|{day:yyyy-MM-dd}",
                        IssueType.Invalid,
                        Severity.Warning,
                        string.Create(CultureInfo.InvariantCulture, $"A poll of {CheckScope.NameOf(park)} brought {had:0.#} rows on {day:yyyy-MM-dd} on average; {usual[usual.Count / 2]:0.#} are usual."))
                    {
                        DestinationId = scope.Id,
                        ParkId = park.ParkId,
                        Source = DataSource.Live,
                        Start = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
                        End = day.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
                        Records = (long)Math.Round((usual[usual.Count / 2] - had) * polls[day]),
                    });
                }
            }
        }

        return Detection.Since(first.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), causes);
    }

    private const string SelectRows =
        """
        SELECT utc_day, row_count
        FROM v_ledger
        WHERE park_id = @ParkId
          AND utc_day >= @First
          AND utc_day <= @Last
          AND data_source = 1
          AND row_count > 0
        """;
}
