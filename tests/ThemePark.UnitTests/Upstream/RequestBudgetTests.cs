using Shouldly;
using ThemePark.Testing;
using ThemePark.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Upstream;

public sealed class RequestBudgetTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(240)]
    [InlineData(7)]
    [InlineData(2)]
    public async Task No_minute_wherever_it_begins_sees_more_requests_than_allowed(int perMinute)
    {
        var budget = new RequestBudget(perMinute, _time);
        var taken = new List<DateTimeOffset>();
        var count = perMinute * 3;
        var all = Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await budget.TakeAsync(CancellationToken.None);
            lock (taken)
            {
                taken.Add(_time.GetUtcNow());
            }
        }));
        await _time.AdvanceUntilAsync(all, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10));

        taken.Count.ShouldBe(count);
        taken.Max(from => taken.Count(at => at >= from && at < from.AddMinutes(1))).ShouldBeLessThanOrEqualTo(perMinute);
        // It is not slower than it must be either: a quarter at once, the rest at three quarters of the rate.
        (taken.Max() - taken.Min()).ShouldBeLessThan(TimeSpan.FromMinutes(count / (perMinute - Math.Max(1, perMinute / 4d))) + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_quarter_goes_at_once_and_the_next_one_waits_for_its_turn()
    {
        var budget = new RequestBudget(240, _time);
        for (var n = 0; n < 60; n++)
        {
            budget.TakeAsync(CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        }

        var next = budget.TakeAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMilliseconds(330));
        await Task.Delay(20);
        next.IsCompleted.ShouldBeFalse();
        await _time.AdvanceUntilAsync(next, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Who_gives_up_waiting_gives_the_turn_back()
    {
        var budget = new RequestBudget(2, _time);
        await budget.TakeAsync(CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 5).Select(_ => budget.TakeAsync(cancel.Token)).ToArray();
        await cancel.CancelAsync();
        foreach (var wait in waiting)
        {
            await Should.ThrowAsync<OperationCanceledException>(wait);
        }

        var next = budget.TakeAsync(CancellationToken.None);
        (await _time.AdvanceUntilAsync(next, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5))).ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(62));
    }
}
