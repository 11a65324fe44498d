using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Core.Metrics;

public sealed class MetricScrapeTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ServiceProvider _host = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterCollector _collector;

    public MetricScrapeTests() => _collector = new MeterCollector(_host.GetRequiredService<IMeterFactory>());

    public void Dispose()
    {
        _collector.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task A_source_that_fails_leaves_its_figures_out_and_is_counted_while_the_others_answer()
    {
        var scrape = Scrape(
            Source("good", (writer, _) =>
            {
                writer.Gauge("good", "Good.", 1);
                return ValueTask.CompletedTask;
            }),
            Source("bad", (writer, _) =>
            {
                writer.Gauge("half_written", "Must not be seen.", 1);
                throw new InvalidOperationException("No answer.");
            }));

        await ReadAsync(scrape);
        var read = await ReadAsync(scrape);

        read["good"].ShouldBe(1);
        read["half_written"].ShouldBeNull();
        read["themepark_scrape_errors_total{source=\"good\"}"].ShouldBe(0);
        read["themepark_scrape_errors_total{source=\"bad\"}"].ShouldBe(2);
        read["themepark_scrape_errors_total{source=\"instruments\"}"].ShouldBe(0);
    }

    [Fact]
    public async Task An_instrument_that_fails_is_counted_as_well()
    {
        _host.GetRequiredService<IMeterFactory>().Create("ThemePark.Zoo")
            .CreateObservableGauge("themepark.zoo.animals", (Func<int>)(() => throw new InvalidOperationException("The keeper is away.")));

        (await ReadAsync(Scrape()))["themepark_scrape_errors_total{source=\"instruments\"}"].ShouldBe(1);
    }

    [Fact]
    public async Task A_source_is_asked_once_in_ten_seconds_however_many_ask()
    {
        var asked = 0;
        var scrape = Scrape(Source("counting", (writer, _) =>
        {
            writer.Gauge("asked", "Times asked.", Interlocked.Increment(ref asked));
            return ValueTask.CompletedTask;
        }));

        (await Task.WhenAll(ReadAsync(scrape), ReadAsync(scrape))).ShouldAllBe(read => read["asked"] == 1);
        _time.Advance(TimeSpan.FromSeconds(9));
        (await ReadAsync(scrape))["asked"].ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await ReadAsync(scrape))["asked"].ShouldBe(2);
    }

    [Fact]
    public async Task A_source_that_hangs_costs_five_seconds_and_is_not_asked_again_before_it_has_answered()
    {
        var asked = 0;
        var end = new TaskCompletionSource();
        var scrape = Scrape(Source("slow", async (writer, _) =>
        {
            Interlocked.Increment(ref asked);
            await end.Task;
            writer.Gauge("slow", "Slow.", 1);
        }));

        // The wait begins before the call returns, so that the clock may be moved at once, and exactly.
        var first = ReadAsync(scrape);
        _time.Advance(MetricScrape.Patience - TimeSpan.FromMilliseconds(1));
        (await Task.WhenAny(first, Task.Delay(100))).ShouldNotBe(first);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await first)["slow"].ShouldBeNull();
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = ReadAsync(scrape);
        await _time.AdvanceUntilAsync(second, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        (await second)["themepark_scrape_errors_total{source=\"slow\"}"].ShouldBe(2);
        asked.ShouldBe(1);

        end.SetResult();
        _time.Advance(TimeSpan.FromSeconds(10));
        (await ReadAsync(scrape))["slow"].ShouldBe(1);
    }

    [Fact]
    public async Task A_source_is_told_to_stop_after_five_seconds()
    {
        var stopped = new TaskCompletionSource();
        var scrape = Scrape(Source("obedient", async (_, ct) =>
        {
            await using var registration = ct.Register(stopped.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }));

        var read = ReadAsync(scrape);
        // The source's own limit begins when a thread takes it up, which may be after the reader's.
        await _time.AdvanceUntilAsync(Task.WhenAll(read, stopped.Task), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        (await read)["themepark_scrape_errors_total{source=\"obedient\"}"].ShouldBe(1);
    }

    [Fact]
    public async Task What_a_source_has_too_much_of_is_told()
    {
        var scrape = Scrape(Source("wordy", (writer, _) =>
        {
            for (var i = 0; i < 2_001; i++)
            {
                writer.Gauge("words", "Words.", i, ("word", FormattableString.Invariant($"w{i}")));
            }

            return ValueTask.CompletedTask;
        }));

        (await ReadAsync(scrape))["themepark_metrics_dropped_total"].ShouldBe(1);
    }

    private static FakeSource Source(string name, Func<MetricWriter, CancellationToken, ValueTask> collect) => new(name, collect);

    private static async Task<ScrapedMetrics> ReadAsync(MetricScrape scrape) => ScrapedMetrics.Parse(await scrape.TextAsync(CancellationToken.None));

    private MetricScrape Scrape(params IMetricSource[] sources) => new(_collector, sources, _time, NullLogger<MetricScrape>.Instance);

    private sealed class FakeSource(string name, Func<MetricWriter, CancellationToken, ValueTask> collect) : IMetricSource
    {
        public string Name => name;

        public ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken) => collect(writer, cancellationToken);
    }
}
