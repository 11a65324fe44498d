using System.Globalization;
using Dapper;
using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Features;
using ThemePark.MySql;

namespace ThemePark.Modules.Analytics.Reading;

/// <summary>What the API answers against the figures: the average wait of each park on its newest complete day, asked for as a client would.</summary>
internal sealed class AnswersCheckup(IMediator mediator, MySqlDatabase database) : ICheckup
{
    private const double Rounding = 0.051;

    public string Name => "answers";

    public Layer Layer => Layer.Answers;

    public string Compares => "the API's answers with the figures";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var days = (await connection.QueryAsync<(int Park, DateOnly Date, double Wait)>(new CommandDefinition(
            SelectNewest, new { scope.Today }, cancellationToken: cancellationToken))).AsList();
        var chosen = scope.Choose(days);
        var ailments = new List<Ailment>();
        foreach (var (park, date, wait) in chosen)
        {
            var answer = await mediator.Send(new CompareYears.Query(park, null, date, date, ComparedFigure.Wait, null), cancellationToken);
            var said = answer.Failure is null ? answer.Value.Value : null;
            if (said is not { } value || Math.Abs(value - wait) > Rounding)
            {
                ailments.Add(new Ailment(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Asked for the average wait of park {park} on {date:yyyy-MM-dd} the API says {answer.Failure?.Message ?? said?.ToString("0.0", CultureInfo.InvariantCulture) ?? "nothing"}; the figures give {wait:0.00}."),
                    Remedy.ByHand,
                    "Restart the hosts; if it stays so, it is a defect of the program."));
            }
        }

        return new CheckupFindings(chosen.Count, days.Count, ailments);
    }

    public Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken) => Task.CompletedTask;

    // Yesterday is still going on somewhere.
    private const string SelectNewest =
        """
        SELECT p.park_id, p.stat_date, p.wait_sum / p.wait_s
        FROM park_daily_stats AS p
        INNER JOIN (
            SELECT park_id, MAX(stat_date) AS newest
            FROM park_daily_stats
            WHERE wait_s > 0
              AND stat_date < @Today - INTERVAL 1 DAY
            GROUP BY park_id) AS n
            ON n.park_id = p.park_id
           AND n.newest = p.stat_date
        ORDER BY p.park_id
        """;
}
