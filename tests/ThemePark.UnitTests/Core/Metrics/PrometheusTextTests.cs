using System.Globalization;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Core.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Metrics_come_by_name_and_series_by_label_in_whatever_order_they_were_written()
    {
        var writer = new MetricWriter();
        writer.Gauge("zoo_animals", "Animals.", 2, ("kind", "lion"), ("house", "b"));
        writer.Gauge("zoo_animals", "Animals.", 1.5, ("house", "a"), ("kind", "tiger"));
        writer.Counter("zoo_visitors_total", "Visitors.", 1e17);
        writer.Gauge("aviary_birds", "Birds.", -3);

        Text(writer).ShouldBe(
            """
            # HELP aviary_birds Birds.
            # TYPE aviary_birds gauge
            aviary_birds -3
            # HELP zoo_animals Animals.
            # TYPE zoo_animals gauge
            zoo_animals{house="a",kind="tiger"} 1.5
            zoo_animals{house="b",kind="lion"} 2
            # HELP zoo_visitors_total Visitors.
            # TYPE zoo_visitors_total counter
            zoo_visitors_total 1E+17

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Backslashes_quotes_and_line_ends_are_escaped_where_the_format_wants_it()
    {
        var writer = new MetricWriter();
        writer.Gauge("odd", "A \"help\" with \\ and\na second line.", 1, ("path", "C:\\zoo \"b\"\nend"));

        Text(writer).ShouldBe("# HELP odd A \"help\" with \\\\ and\\na second line.\n# TYPE odd gauge\nodd{path=\"C:\\\\zoo \\\"b\\\"\\nend\"} 1\n");
    }

    [Fact]
    public void Numbers_are_written_the_same_in_every_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var writer = new MetricWriter();
            writer.Gauge("half", "Half.", 0.5);

            Text(writer).ShouldEndWith("\nhalf 0.5\n");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_metric_without_a_series_is_left_out()
    {
        PrometheusText.Of([new MetricFamily("empty", MetricType.Gauge, "Nothing.")]).ShouldBe("");
    }

    [Theory]
    [InlineData("zoo_total")]
    [InlineData("zoo.animals")]
    [InlineData("2_animals")]
    [InlineData("__animals")]
    [InlineData("")]
    public void A_gauge_needs_a_name_by_the_rules(string name)
    {
        Should.Throw<ArgumentException>(() => new MetricWriter().Gauge(name, "Help.", 1));
    }

    [Fact]
    public void A_counter_is_called_total_and_labels_have_names_by_the_rules_each_once()
    {
        Should.Throw<ArgumentException>(() => new MetricWriter().Counter("visitors", "Help.", 1));
        Should.Throw<ArgumentException>(() => new MetricWriter().Counter("visitors_total", "Help.", 1, ("a b", "")));
        Should.Throw<ArgumentException>(() => new MetricWriter().Counter("visitors_total", "Help.", 1, ("a", "1"), ("a", "2")));
    }

    [Fact]
    public void Series_beyond_two_thousand_are_dropped_and_counted()
    {
        var writer = new MetricWriter();
        for (var i = 0; i < 2_003; i++)
        {
            writer.Gauge("many", "Many.", i, ("n", i.ToString(CultureInfo.InvariantCulture)));
        }

        writer.Dropped.ShouldBe(3);
        Text(writer).Split('\n').Count(l => l.StartsWith("many{", StringComparison.Ordinal)).ShouldBe(2_000);
    }

    [Theory]
    [InlineData("a 1")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1,5\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"\"\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 3\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n")]
    public void The_reader_the_tests_use_refuses_what_is_not_the_format(string text)
    {
        Should.Throw<FormatException>(() => ScrapedMetrics.Parse(text));
    }

    private static string Text(MetricWriter writer)
    {
        var text = PrometheusText.Of(writer.Families);
        ScrapedMetrics.Parse(text);
        return text;
    }
}
