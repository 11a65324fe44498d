using System.Net;
using System.Text.Json;
using Shouldly;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Core.Metrics;

public sealed class GetMetricsTests
{
    [Theory]
    [InlineData("/metrics")]
    [InlineData("/METRICS")]
    [InlineData("/metrics/")]
    public async Task Without_an_admin_key_it_is_401(string path)
    {
        await using var app = await BareApp.StartAsync();

        var answer = await app.Anonymous.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("process_");
    }

    [Fact]
    public async Task With_a_key_it_is_text_in_the_format_of_prometheus_with_the_process_in_it()
    {
        await using var app = await BareApp.StartAsync();
        await app.Admin.GetAsync("/api/admin/probe/who");
        await app.Admin.GetAsync("/api/admin/probe/status/anything");

        var answer = await app.Admin.GetAsync("/metrics");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var read = ScrapedMetrics.Parse(await answer.Content.ReadAsStringAsync());
        read["process_cpu_seconds_total"]!.Value.ShouldBeGreaterThan(0);
        read["process_resident_memory_bytes"]!.Value.ShouldBeGreaterThan(10_000_000);
        read["process_start_time_seconds"]!.Value.ShouldBeGreaterThan(1_700_000_000);
        read["dotnet_gc_heap_bytes"]!.Value.ShouldBeGreaterThan(100_000);
        read["dotnet_gc_collections_total{generation=\"0\"}"]!.Value.ShouldBeGreaterThanOrEqualTo(0);
        read["dotnet_gc_pause_seconds_total"]!.Value.ShouldBeGreaterThanOrEqualTo(0);
        read["dotnet_thread_pool_threads"]!.Value.ShouldBeGreaterThan(0);
        read["dotnet_thread_pool_queue_length"]!.Value.ShouldBeGreaterThanOrEqualTo(0);
        read["themepark_mysql_pool_size"].ShouldBe(40);
        // Routes by their template, or every id would be a series.
        read["http_server_request_duration_seconds_count{http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/api/admin/probe/who\"}"].ShouldBe(1);
        read.Labels["http_server_request_duration_seconds_count"].ShouldBe(["http_request_method", "http_response_status_code", "http_route"], ignoreOrder: true);
        read["http_server_active_requests{http_request_method=\"GET\"}"].ShouldBe(1);
    }

    [Fact]
    public async Task Anyone_may_read_it_where_the_settings_say_so_and_nothing_else()
    {
        await using var app = await BareApp.StartAsync(("Metrics:Anonymous", "true"));

        (await app.Anonymous.GetAsync("/metrics")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.GetAsync("/api/admin/probe/who")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_document_says_that_it_needs_a_key()
    {
        await using var app = await BareApp.StartAsync();

        using var document = JsonDocument.Parse(await app.Anonymous.GetStringAsync("/openapi/v1.json"));

        document.RootElement.GetProperty("paths").GetProperty("/metrics").GetProperty("get").GetProperty("security").GetArrayLength().ShouldBe(1);
    }
}
