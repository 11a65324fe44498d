using Dapper;
using Shouldly;
using ThemePark.Modules.Collection.Auditing;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Polling;

/// <summary>Polls of two destinations every six hours for ten days, the one at noon of each day failed at the second.</summary>
public sealed class PollSumsTests : IAsyncLifetime
{
    private static readonly DateTime Now = new(2026, 3, 11, 12, 0, 0, DateTimeKind.Utc);
    private readonly ManualTime _time = new();
    private TestDatabase _test = null!;

    public async Task InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        for (var slot = Now.AddDays(-10); slot <= Now; slot = slot.AddHours(6))
        {
            await AddAsync(1, slot, "OK", 10);
            await AddAsync(2, slot, slot.Hour == 12 ? "FAILED" : "OK", 100);
        }
    }

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task Whole_days_and_the_pieces_at_both_ends_are_added_up_as_the_polls_themselves_would_be()
    {
        var sums = new PollSums(_time);
        foreach (var from in (DateTime[])[Now.AddDays(-30), Now.AddDays(-9).AddHours(-6), Now.Date.AddDays(-7), Now.AddDays(-2), Now.AddDays(-1), Now])
        {
            foreach (var to in (DateTime[])[Now.AddMinutes(5), Now, Now.Date.AddDays(-1), Now.AddDays(-4)])
            {
                (await ReadAsync(sums, from, to)).ShouldBe(await PlainAsync(from, to), $"{from:s} to {to:s}");
            }
        }
    }

    [Fact]
    public async Task A_day_that_is_over_is_added_up_once_an_hour_and_yesterday_and_today_each_time()
    {
        var sums = new PollSums(_time);
        var (from, to) = (Now.AddDays(-7), Now.AddMinutes(5));
        var before = await ReadAsync(sums, from, to);

        await AddAsync(3, Now, "OK", 1000);
        await AddAsync(3, Now.AddDays(-1), "OK", 1000);
        var (good, snapshots) = (before.Good + 2, before.Snapshots + 2000);
        var after = await ReadAsync(sums, from, to);
        (after.Good, after.Current, after.Snapshots, after.Last).ShouldBe((good, before.Current + 1, snapshots, Now));

        await ExecuteAsync("DELETE FROM collection_runs WHERE slot BETWEEN '2026-03-05' AND '2026-03-06 23:00:00'");
        (await ReadAsync(sums, from, to)).Snapshots.ShouldBe(snapshots);
        _time.Advance(TimeSpan.FromHours(1));
        (await ReadAsync(sums, from, to)).ShouldBe(await PlainAsync(from, to));
    }

    private async Task<PollSum> ReadAsync(PollSums sums, DateTime from, DateTime to)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        return await sums.ReadAsync(connection, from, to, Now, CancellationToken.None);
    }

    private async Task<PollSum> PlainAsync(DateTime from, DateTime to)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        var polls = (await connection.QueryAsync<(DateTime Slot, long Snapshots)>(
            "SELECT slot, snapshots FROM collection_runs WHERE outcome = 'OK' AND slot >= @from AND slot < @to", new { from, to })).AsList();
        return new PollSum(polls.Count, polls.Count(p => p.Slot == Now), polls.Sum(p => p.Snapshots), 2 * polls.Count, polls.Count == 0 ? null : polls.Max(p => p.Slot));
    }

    private Task AddAsync(int destination, DateTime slot, string outcome, int snapshots) => ExecuteAsync(
        "INSERT INTO collection_runs (destination_id, slot, outcome, asked_at, snapshots, duplicates) VALUES (@destination, @slot, @outcome, @slot, @snapshots, 2)",
        new { destination, slot, outcome, snapshots });

    private async Task ExecuteAsync(string sql, object? values = null)
    {
        await using var connection = await _test.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, values);
    }
}
