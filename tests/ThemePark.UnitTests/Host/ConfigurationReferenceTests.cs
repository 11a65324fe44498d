using Shouldly;
using ThemePark.Host;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Host;

public sealed class ConfigurationReferenceTests
{
    [Fact]
    public async Task The_page_is_what_the_program_has()
    {
        var page = Checkout.PathTo("docs", "configuration.md");
        var reference = await ConfigurationReference.WriteAsync(CancellationToken.None);

        (await File.ReadAllTextAsync(page)).ReplaceLineEndings("\n").ShouldBe(reference, $"Write it again: ./themepark settings reference --out {page}");
    }

    [Fact]
    public async Task A_row_has_names_type_default_range_and_meaning_and_says_whether_the_value_is_shown()
    {
        var lines = (await ConfigurationReference.WriteAsync(CancellationToken.None)).Split('\n');

        lines.ShouldContain("| `Jobs:Workers` | `Jobs__Workers` | whole number | 20 | 1 to 1000 | shown | Jobs this node runs at once, of all queues. |");
        lines.ShouldContain("| `Upstream:ApiKey` | `Upstream__ApiKey` | text | none | – | hidden | Sent as `X-API-Key`; without one the header is left out, because an empty key is refused. |");
        lines.ShouldContain(l => l.StartsWith("| `Archive:Bucket` | `Archive__Bucket`, `ARCHIVE_S3_BUCKET` | text | the sample | – | shown | S3 bucket; used when `Directory`", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("| `Import:OnOverlap` | `Import__OnOverlap` | word | Replace | Replace, Fill | shown |", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("| `Schedules:NAME:Cron` | `Schedules__NAME__Cron` | text | as declared |", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("| `Admin:Keys:N:Key` | `Admin__Keys__N__Key` | text | none | – | hidden |", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("| `TrustedProxies` | `TrustedProxies__0` … | text |", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("| `Upstream:Timeout` | `Upstream__Timeout` | time, hh:mm:ss | 00:00:30 |", StringComparison.Ordinal));
        lines.ShouldContain(l => l.StartsWith("| `Collection:IntervalMinutes` | `Collection__IntervalMinutes` | whole number, min | 5 | 1, 2, 3,", StringComparison.Ordinal));
    }
}
