using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.Modules.Import.Sources;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Sources;

public sealed class ArchiveSourceEndpointTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const string Source = "/api/admin/import/source";

    [Fact]
    public async Task An_open_breaker_is_shown_can_be_reset_and_the_reset_is_on_record()
    {
        await using var bucket = await StubBucket.StartAsync();
        bucket.Fault = async (http, _) =>
        {
            await StubBucket.FailAsync(http, 503, "SlowDown");
            return true;
        };
        await using var app = await TestApp.StartAsync(
            database.Test,
            ("Archive:Bucket", StubBucket.Name),
            ("Archive:Endpoint", bucket.Endpoint),
            ("Archive:RetryDelay", "00:00:00.010"));
        (await app.Anonymous.GetAsync(Source)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await app.Anonymous.PostAsync(Source + "/reset", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        await Should.ThrowAsync<ArchiveException>(
            async () => await app.Services.GetRequiredService<IArchiveSource>().ListAsync(null, null, null, default).ToListAsync());
        var open = await app.Admin.GetFromJsonAsync<JsonElement>(Source);
        open.GetProperty("kind").GetString().ShouldBe("s3");
        open.GetProperty("location").GetString().ShouldBe($"{bucket.Endpoint}/{StubBucket.Name}");
        open.GetProperty("breaker").GetProperty("state").GetString().ShouldBe("OPEN");
        open.GetProperty("breaker").GetProperty("consecutive_failures").GetInt32().ShouldBe(5);
        open.GetProperty("breaker").GetProperty("retry_at").GetString()!.ShouldEndWith("Z");
        open.GetProperty("requests").GetProperty("sent").GetInt64().ShouldBe(5);
        open.GetProperty("requests").GetProperty("retried").GetInt64().ShouldBe(4);
        open.GetProperty("last_error").GetProperty("kind").GetString().ShouldBe("SERVER_ERROR");

        var reset = await (await app.Admin.PostAsync(Source + "/reset", null)).Content.ReadFromJsonAsync<JsonElement>();
        reset.GetProperty("breaker").GetProperty("state").GetString().ShouldBe("CLOSED");
        reset.GetProperty("requests").GetProperty("failed").GetInt64().ShouldBe(5);
        var audit = await app.Admin.GetFromJsonAsync<JsonElement>("/api/admin/audit?limit=1");
        var entry = audit.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        entry.GetProperty("action").GetString().ShouldBe("import.source.reset");
        entry.GetProperty("details").GetProperty("breaker").GetString().ShouldBe("OPEN");
    }
}
