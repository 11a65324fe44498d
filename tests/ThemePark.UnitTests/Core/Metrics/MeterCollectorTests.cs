using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Core.Metrics;

public sealed class MeterCollectorTests : IDisposable
{
    private readonly ServiceProvider _host = Host();
    private readonly IMeterFactory _meters;
    private readonly MeterCollector _collector;

    public MeterCollectorTests()
    {
        _meters = _host.GetRequiredService<IMeterFactory>();
        _collector = new MeterCollector(_meters);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_by_its_tags_in_whatever_order_they_are_given()
    {
        var visits = _meters.Create("ThemePark.Zoo").CreateCounter<long>("themepark.zoo.visits", "{visit}", "Visits.");

        visits.Add(2, Tag("gate", "north"), Tag("kind", "child"));
        visits.Add(3, Tag("kind", "child"), Tag("gate", "north"));
        visits.Add(1, Tag("gate", "south"), Tag("kind", null));

        var read = Read();
        read.Types["themepark_zoo_visits_total"].ShouldBe("counter");
        read["themepark_zoo_visits_total{gate=\"north\",kind=\"child\"}"].ShouldBe(5);
        read["themepark_zoo_visits_total{gate=\"south\",kind=\"\"}"].ShouldBe(1);
    }

    [Fact]
    public void A_histogram_counts_up_to_and_including_each_limit_and_carries_its_unit()
    {
        var waits = _meters.Create("ThemePark.Zoo").CreateHistogram(
            "themepark.zoo.wait", "s", "Waits.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });

        foreach (var seconds in new[] { 0.5, 0.75, 2, 2.5 })
        {
            waits.Record(seconds, Tag("gate", "north"));
        }

        var text = PrometheusText.Of(_collector.Read(out _));
        text.ShouldBe(
            """
            # HELP themepark_zoo_wait_seconds Waits.
            # TYPE themepark_zoo_wait_seconds histogram
            themepark_zoo_wait_seconds_bucket{gate="north",le="0.5"} 1
            themepark_zoo_wait_seconds_bucket{gate="north",le="1"} 2
            themepark_zoo_wait_seconds_bucket{gate="north",le="2"} 3
            themepark_zoo_wait_seconds_bucket{gate="north",le="+Inf"} 4
            themepark_zoo_wait_seconds_sum{gate="north"} 5.75
            themepark_zoo_wait_seconds_count{gate="north"} 4

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void What_goes_up_and_down_is_a_gauge()
    {
        var inside = _meters.Create("ThemePark.Zoo").CreateUpDownCounter<int>("themepark.zoo.inside", "{visitor}", "Inside.");

        inside.Add(5);
        inside.Add(-2);

        var read = Read();
        read.Types["themepark_zoo_inside"].ShouldBe("gauge");
        read["themepark_zoo_inside"].ShouldBe(3);
    }

    [Fact]
    public void An_observed_instrument_shows_what_it_says_now_and_nothing_when_it_fails()
    {
        Func<IEnumerable<Measurement<long>>> observe = () => [new(7, Tag("cage", "a")), new(8, Tag("cage", "b"))];
        _meters.Create("ThemePark.Zoo").CreateObservableGauge("themepark.zoo.animals", () => observe(), "{animal}", "Animals.");
        Read().Sum("themepark_zoo_animals").ShouldBe(15);

        observe = () => [new(9, Tag("cage", "b"))];
        Read().Sum("themepark_zoo_animals").ShouldBe(9);

        observe = () => throw new InvalidOperationException("The keeper is away.");
        _collector.Read(out var failure).ShouldAllBe(f => f.Samples.Count == 0);
        failure.ShouldBeOfType<AggregateException>().InnerException!.Message.ShouldBe("The keeper is away.");
    }

    [Fact]
    public void Neither_other_meters_nor_another_host_in_this_process_are_heard()
    {
        using var other = Host();
        _meters.Create("System.Zoo").CreateCounter<long>("themepark.zoo.visits").Add(1);
        other.GetRequiredService<IMeterFactory>().Create("ThemePark.Zoo").CreateCounter<long>("themepark.zoo.visits").Add(1);

        _collector.Read(out _).ShouldBeEmpty();
    }

    [Fact]
    public void Series_beyond_two_thousand_are_dropped_and_counted_while_the_known_ones_go_on()
    {
        var visits = _meters.Create("ThemePark.Zoo").CreateCounter<long>("themepark.zoo.visits", "{visit}", "Visits.");
        for (var visitor = 0; visitor < 2_005; visitor++)
        {
            visits.Add(1, Tag("visitor", visitor));
        }

        visits.Add(1, Tag("visitor", 0));

        _collector.Dropped.ShouldBe(5);
        Read().Sum("themepark_zoo_visits_total").ShouldBe(2_001);
    }

    [Fact]
    public void A_unit_without_a_name_here_is_a_mistake_that_shows_at_once()
    {
        Should.Throw<ArgumentException>(() => _meters.Create("ThemePark.Zoo").CreateCounter<long>("themepark.zoo.walks", "furlong"));
    }

    private static ServiceProvider Host() => new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    private ScrapedMetrics Read() => ScrapedMetrics.Parse(PrometheusText.Of(_collector.Read(out _)));
}
