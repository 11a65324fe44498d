using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.IntegrationTests.Jobs;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Simulator;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Metadata;

/// <summary>The endpoints over a world of the simulator, synced once by a job.</summary>
public sealed class MetadataApiTests(MetadataApiTests.SyncedHost host) : IClassFixture<MetadataApiTests.SyncedHost>
{
    [Fact]
    public async Task A_sync_is_a_job_whose_counts_can_be_asked_for()
    {
        var answer = host.FirstSync;
        var summary = answer.GetProperty("summary");
        var entities = summary.GetProperty("created").GetInt32();
        entities.ShouldBeGreaterThan(100);
        (summary.GetProperty("failed").GetInt32(), summary.GetProperty("updated").GetInt32(), summary.GetProperty("parks_refused").GetInt32()).ShouldBe((0, 0, 0));
        var parks = answer.GetProperty("data").EnumerateArray().ToList();
        parks.Sum(p => p.GetProperty("listed").GetInt32()).ShouldBe(entities);
        parks.ShouldAllBe(p => p.GetProperty("outcome").GetString() == "SYNCED" && p.GetProperty("simulated").GetBoolean() && p.GetProperty("name").GetString() != null);

        using var again = await host.App.Admin.PostAsync("/api/admin/metadata/sync", null);
        again.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var queued = await again.Content.ReadFromJsonAsync<JsonElement>();
        queued.GetProperty("status").GetString().ShouldBe("QUEUED");
        await host.EndedAsync(queued.GetProperty("job_id").GetString()!);
        var second = (await GetAsync($"/api/admin/metadata/sync?job_id={queued.GetProperty("job_id").GetString()}")).GetProperty("summary");
        (second.GetProperty("created").GetInt32(), second.GetProperty("unchanged").GetInt32(), second.GetProperty("failed").GetInt32()).ShouldBe((0, entities, 0));
    }

    [Fact]
    public async Task Rides_are_listed_with_everything_known_of_them()
    {
        var page = await GetAsync("/api/metadata/rides?limit=500");

        page.GetProperty("attribution").GetProperty("url").GetString().ShouldBe("https://themeparks.wiki");
        var rides = page.GetProperty("data").EnumerateArray().ToList();
        rides.Count.ShouldBe(page.GetProperty("metadata").GetProperty("total").GetInt32());
        foreach (var ride in rides)
        {
            var truth = await host.DocumentAsync(ride.GetProperty("uuid").GetString()!);
            ride.GetProperty("name").GetString().ShouldBe(truth.GetProperty("name").GetString());
            ride.GetProperty("slug").GetString().ShouldBe(truth.GetProperty("slug").GetString());
            ride.GetProperty("external_id").GetString().ShouldBe(truth.GetProperty("externalId").GetString());
            ride.GetProperty("version").GetInt32().ShouldBeGreaterThan(0);
            ride.GetProperty("last_synced_at").GetDateTime().ShouldBeGreaterThan(new DateTime(2020, 1, 1));
            var place = truth.TryGetProperty("location", out var location) && location.GetProperty("latitude").ValueKind == JsonValueKind.Number ? location.GetProperty("latitude").GetDouble() : 0;
            (Number(ride, "latitude") ?? 0).ShouldBe(place);
            // A height is a field of its own, or a tag of the older form.
            var stated = truth.TryGetProperty("minimumHeight", out var height) ? height.GetInt32()
                : truth.TryGetProperty("tags", out var tags) && tags.EnumerateArray().FirstOrDefault(t => t.GetProperty("tag").GetString() == "MINIMUM_HEIGHT") is { ValueKind: JsonValueKind.Object } tag
                    ? tag.GetProperty("value").GetInt32()
                : default(int?);
            // Of a world with both, the maximum is never below the minimum.
            Number(ride, "min_height_cm").ShouldBe(stated);
        }

        rides.ShouldContain(r => r.GetProperty("tags").GetArrayLength() > 0);
        rides.ShouldContain(r => r.GetProperty("attributes").EnumerateObject().Any());
        rides.ShouldContain(r => r.GetProperty("latitude").ValueKind == JsonValueKind.Null);
        rides.ShouldContain(r => r.GetProperty("indoor_outdoor").GetString() == "OUTDOOR" && r.GetProperty("indoor_outdoor_evidence").GetString()!.Length > 0);
    }

    [Theory]
    [InlineData("entity_type=SHOW")]
    [InlineData("indoor_outdoor=OUTDOOR")]
    [InlineData("indoor_outdoor=UNKNOWN")]
    [InlineData("min_height_cm=100&max_height_cm=120")]
    [InlineData("park_id=1")]
    public async Task A_filter_leaves_what_it_says(string filter)
    {
        var all = (await GetAsync("/api/metadata/rides?limit=500")).GetProperty("data").EnumerateArray().ToList();
        var expected = all.Where(r => filter switch
        {
            "entity_type=SHOW" => r.GetProperty("entity_type").GetString() == "SHOW",
            "min_height_cm=100&max_height_cm=120" => Number(r, "min_height_cm") is >= 100 and <= 120,
            "park_id=1" => r.GetProperty("park_id").GetInt32() == 1,
            _ => r.GetProperty("indoor_outdoor").GetString() == filter["indoor_outdoor=".Length..],
        }).Select(r => r.GetProperty("ride_id").GetInt32()).ToList();

        var answer = await GetAsync($"/api/metadata/rides?limit=500&{filter}");

        expected.Count.ShouldBeInRange(1, all.Count - 1);
        answer.GetProperty("data").EnumerateArray().Select(r => r.GetProperty("ride_id").GetInt32()).ShouldBe(expected);
        answer.GetProperty("metadata").GetProperty("total").GetInt32().ShouldBe(expected.Count);
    }

    [Theory]
    [InlineData("/api/metadata/rides?indoor_outdoor=inside", "indoor_outdoor")]
    [InlineData("/api/metadata/rides?entity_type=RIDE", "entity_type")]
    [InlineData("/api/metadata/rides?min_height_cm=-1", "min_height_cm")]
    [InlineData("/api/metadata/rides?sort=height", "sort")]
    [InlineData("/api/metadata/rides?limit=501", "limit")]
    [InlineData("/api/metadata/rides/one", "ride_id")]
    [InlineData("/api/metadata/rides/1?as_of=yesterday", "as_of")]
    [InlineData("/api/metadata/rides/1?as_of=2026-05-01T00:00:00", "as_of")]
    [InlineData("/api/metadata/nearby?longitude=1", "latitude")]
    [InlineData("/api/metadata/nearby?latitude=91&longitude=1", "latitude")]
    [InlineData("/api/metadata/nearby?latitude=1&longitude=181", "longitude")]
    [InlineData("/api/metadata/nearby?latitude=1&longitude=1&radius_m=50001", "radius_m")]
    public async Task A_parameter_out_of_its_range_is_named(string path, string parameter)
    {
        using var answer = await host.App.Anonymous.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("VALIDATION_FAILED");
        error.GetProperty("details").EnumerateObject().Select(d => d.Name).ShouldBe([parameter]);
    }

    [Theory]
    [InlineData("/api/metadata/rides/999999", "RIDE_NOT_FOUND")]
    [InlineData("/api/metadata/rides/999999/history", "RIDE_NOT_FOUND")]
    [InlineData("/api/metadata/rides/1?as_of=1999-12-31", "VERSION_NOT_FOUND")]
    public async Task What_is_not_there_is_404(string path, string code)
    {
        using var answer = await host.App.Anonymous.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_ride_is_near_itself_and_its_neighbours_come_after_it()
    {
        var ride = (await GetAsync("/api/metadata/rides?limit=500")).GetProperty("data").EnumerateArray().First(r => Number(r, "latitude") is not null);

        var answer = await GetAsync(FormattableString.Invariant($"/api/metadata/nearby?latitude={Number(ride, "latitude")}&longitude={Number(ride, "longitude")}&radius_m=3000"));

        answer.GetProperty("radius_m").GetInt32().ShouldBe(3000);
        answer.GetProperty("attribution").ValueKind.ShouldBe(JsonValueKind.Object);
        var near = answer.GetProperty("data").EnumerateArray().ToList();
        near[0].GetProperty("ride_id").GetInt32().ShouldBe(ride.GetProperty("ride_id").GetInt32());
        near[0].GetProperty("distance_m").GetDouble().ShouldBe(0, 0.001);
        near.Count.ShouldBeGreaterThan(1);
        near.Select(r => r.GetProperty("distance_m").GetDouble()).ShouldBeInOrder();
    }

    [Fact]
    public async Task Completeness_is_what_the_rides_show()
    {
        var rides = (await GetAsync("/api/metadata/rides?limit=500")).GetProperty("data").EnumerateArray().Where(r => r.GetProperty("delisted_at").ValueKind == JsonValueKind.Null).ToList();

        var answer = await GetAsync("/api/metadata/completeness");

        var overall = answer.GetProperty("overall");
        overall.GetProperty("rides").GetInt32().ShouldBe(rides.Count);
        overall.GetProperty("coordinates").GetProperty("known").GetInt32().ShouldBe(rides.Count(r => Number(r, "latitude") is not null));
        overall.GetProperty("coordinates").GetProperty("percent").GetDouble().ShouldBe(Math.Round(100.0 * rides.Count(r => Number(r, "latitude") is not null) / rides.Count, 1));
        overall.GetProperty("classification").GetProperty("known").GetInt32().ShouldBe(rides.Count(r => r.GetProperty("indoor_outdoor").GetString() != "UNKNOWN"));
        var attractions = rides.Where(r => r.GetProperty("entity_type").GetString() == "ATTRACTION").ToList();
        var heights = overall.GetProperty("heights");
        heights.GetProperty("known").GetInt32().ShouldBe(attractions.Count(r => (Number(r, "min_height_cm") ?? Number(r, "max_height_cm")) is not null));
        (heights.GetProperty("known").GetInt32() + heights.GetProperty("missing").GetInt32() + heights.GetProperty("not_offered").GetInt32()).ShouldBe(attractions.Count);
        answer.GetProperty("parks").EnumerateArray().Sum(p => p.GetProperty("facts").GetProperty("rides").GetInt32()).ShouldBe(rides.Count);
    }

    [Fact]
    public async Task Operators_words_go_in_and_come_out_as_csv_are_versions_and_survive_a_sync()
    {
        var catalogue = host.App.Services.GetRequiredService<ICatalogue>();
        var before = await catalogue.VersionAsync(CancellationToken.None);

        using var put = await PutAsync("ride_id,tier,category,indoor_outdoor\r\n2,1,DARK_RIDE,indoor\r\n3,9,,\r\n999999,1,,\r\n");

        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        var report = await put.Content.ReadFromJsonAsync<JsonElement>();
        (report.GetProperty("updated").GetInt32(), report.GetProperty("unchanged").GetInt32()).ShouldBe((1, 0));
        report.GetProperty("rejected").EnumerateArray().Select(r => (r.GetProperty("line").GetInt32(), r.GetProperty("reason").GetString()))
            .ShouldBe([(3, "tier is not 1, 2 or 3"), (4, "there is no ride 999999")]);
        // What parks' figures are weighed with.
        (await catalogue.GetRidesAsync([2], CancellationToken.None))[2].Tier.ShouldBe(1);
        (await catalogue.VersionAsync(CancellationToken.None)).ShouldNotBe(before);

        using var sync = await host.App.Admin.PostAsJsonAsync("/api/admin/metadata/sync", new { park_id = (await catalogue.GetRidesAsync([2], CancellationToken.None))[2].ParkId });
        await host.EndedAsync((await sync.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetString()!);
        var ride = (await GetAsync("/api/metadata/rides/2")).GetProperty("ride");
        (ride.GetProperty("tier").GetInt32(), ride.GetProperty("category").GetString(), ride.GetProperty("indoor_outdoor").GetString(), ride.GetProperty("indoor_outdoor_evidence").GetString())
            .ShouldBe((1, "DARK_RIDE", "INDOOR", "operator"));
        (await GetAsync("/api/metadata/rides?category=DARK_RIDE")).GetProperty("metadata").GetProperty("total").GetInt32().ShouldBe(1);
        var history = (await GetAsync("/api/metadata/rides/2/history")).GetProperty("data").EnumerateArray().ToList();
        history.Select(v => v.GetProperty("cause").GetString()).ShouldBe(["SYNC", "OPERATOR"]);
        history[1].GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("field").GetString()).ShouldBeSubsetOf(
            ["indoor_outdoor", "indoor_outdoor_confidence", "indoor_outdoor_evidence", "tier", "category"]);

        var csv = await host.App.Admin.GetStringAsync("/api/admin/metadata/classifications");
        csv.Split("\r\n")[2].ShouldStartWith("2,");
        csv.Split("\r\n")[2].ShouldEndWith(",1,DARK_RIDE,INDOOR");
        using var same = await PutAsync(csv);
        (await same.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("updated").GetInt32().ShouldBe(0);
        using var taken = await PutAsync("ride_id,tier,category,indoor_outdoor\n2,,,\n");
        (await GetAsync("/api/metadata/rides/2")).GetProperty("ride").GetProperty("tier").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Rides_are_found_by_part_of_their_name_and_come_in_the_order_asked_for()
    {
        var all = (await GetAsync("/api/metadata/rides?limit=500")).GetProperty("data").EnumerateArray().ToList();
        var name = all[3].GetProperty("name").GetString()!;
        var part = name[1..].ToUpperInvariant();

        var found = (await GetAsync($"/api/metadata/rides?limit=500&name={Uri.EscapeDataString(part)}")).GetProperty("data").EnumerateArray().Select(r => r.GetProperty("ride_id").GetInt32()).ToList();
        found.ShouldContain(all[3].GetProperty("ride_id").GetInt32());
        found.Count.ShouldBeLessThan(all.Count);

        foreach (var (sort, key) in new[] { ("park", "park_name"), ("type", "entity_type"), ("class", "indoor_outdoor"), ("changed", "changed_at"), ("ride", "ride_id") })
        {
            var up = Keys(await GetAsync($"/api/metadata/rides?limit=500&sort={sort}"), key);
            List<string> ordered = [.. sort == "ride" ? up.OrderBy(k => int.Parse(k, CultureInfo.InvariantCulture)) : up.Order(StringComparer.Ordinal)];
            up.ShouldBe(ordered, customMessage: sort);
            ordered.Reverse();
            Keys(await GetAsync($"/api/metadata/rides?limit=500&sort=-{sort}"), key).ShouldBe(ordered, customMessage: sort);
        }

        static List<string> Keys(JsonElement page, string key) => [.. page.GetProperty("data").EnumerateArray().Select(r => r.GetProperty(key).ToString())];
    }

    [Fact]
    public async Task An_operators_words_on_one_ride_are_a_version_of_its_facts_and_can_be_taken_back()
    {
        const string Ride = "/api/admin/metadata/classifications/5";
        using var put = await host.App.Admin.PutAsJsonAsync(Ride, new { tier = 2, category = " Water ride ", indoor_outdoor = "HYBRID", why = "seen it" });
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetBoolean().ShouldBeTrue();

        var ride = (await GetAsync("/api/metadata/rides/5")).GetProperty("ride");
        (ride.GetProperty("tier").GetInt32(), ride.GetProperty("indoor_outdoor").GetString(), ride.GetProperty("indoor_outdoor_evidence").GetString()).ShouldBe((2, "HYBRID", "operator"));
        var last = (await GetAsync("/api/metadata/rides/5/history")).GetProperty("data").EnumerateArray().Last();
        last.GetProperty("cause").GetString().ShouldBe("OPERATOR");
        last.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("field").GetString()).ShouldContain("tier");

        using var again = await host.App.Admin.PutAsJsonAsync(Ride, new { tier = 2, category = "Water ride", indoor_outdoor = "HYBRID" });
        (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetBoolean().ShouldBeFalse();
        using var none = await host.App.Admin.PutAsJsonAsync(Ride, new { });
        (await GetAsync("/api/metadata/rides/5")).GetProperty("ride").GetProperty("category").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("5", """{"tier":4}""", HttpStatusCode.BadRequest)]
    [InlineData("5", """{"indoor_outdoor":"UNKNOWN"}""", HttpStatusCode.BadRequest)]
    [InlineData("999999", """{"tier":1}""", HttpStatusCode.NotFound)]
    public async Task Words_that_are_none_and_rides_that_are_none_are_refused(string ride, string body, HttpStatusCode status)
    {
        using var put = await host.App.Admin.PutAsync($"/api/admin/metadata/classifications/{ride}", new StringContent(body, Encoding.UTF8, "application/json"));

        put.StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task A_file_that_is_none_is_refused_with_its_line()
    {
        using var put = await PutAsync("ride_id,colour\n1,x\n");

        put.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        (error.GetProperty("code").GetString(), error.GetProperty("details").GetProperty("lines")[0].GetInt32()).ShouldBe(("INVALID_CLASSIFICATION_FILE", 1));
    }

    [Theory]
    [InlineData("""{"park_id":999999}""", HttpStatusCode.NotFound, "PARK_NOT_FOUND")]
    [InlineData("""{"accept_removals":true}""", HttpStatusCode.BadRequest, "VALIDATION_FAILED")]
    public async Task A_sync_of_nothing_is_refused(string body, HttpStatusCode status, string code)
    {
        using var answer = await host.App.Admin.PostAsync("/api/admin/metadata/sync", new StringContent(body, Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString().ShouldBe(code);
    }

    private static double? Number(JsonElement ride, string name) =>
        ride.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private Task<HttpResponseMessage> PutAsync(string csv) =>
        host.App.Admin.PutAsync("/api/admin/metadata/classifications", new StringContent(csv, Encoding.UTF8, "text/csv"));

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await (path.StartsWith("/api/admin", StringComparison.Ordinal) ? host.App.Admin : host.App.Anonymous).GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public sealed class SyncedHost : IAsyncLifetime
    {
        private readonly DatabaseFixture _fixture = new();
        private LiveServer? _server;
        private TestApp? _app;

        public TestApp App => _app!;

        /// <summary>What could be asked of the first sync when it had ended.</summary>
        public JsonElement FirstSync { get; private set; }

        public async Task InitializeAsync()
        {
            await _fixture.InitializeAsync();
            _server = await LiveServer.StartAsync(new LiveServerOptions { Clock = new SimClock(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), 0) });
            _app = await TestApp.StartAsync(
                _fixture.Test, ("Upstream:BaseAddress", _server.BaseAddress.ToString()), ("Upstream:RequestsPerMinute", "1000000"));
            using var sync = await App.Admin.PostAsync("/api/admin/metadata/sync", null);
            var job = (await sync.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job_id").GetString()!;
            await EndedAsync(job);
            FirstSync = await App.Admin.GetFromJsonAsync<JsonElement>($"/api/admin/metadata/sync?job_id={job}");
        }

        public Task<JsonElement> DocumentAsync(string uuid) => App.Anonymous.GetFromJsonAsync<JsonElement>(new Uri(_server!.BaseAddress, $"entity/{uuid}"));

        public async Task EndedAsync(string job)
        {
            var jobs = App.Services.GetRequiredService<IJobs>();
            JobView? view = null;
            await Eventually.TrueAsync(
                async () => (view = await jobs.GetAsync(JobId.Parse(job), CancellationToken.None))!.State is JobState.Succeeded or JobState.Failed,
                30,
                () => $"{view?.State}: {view?.LastError}");
            view!.State.ShouldBe(JobState.Succeeded, view.LastError);
        }

        public async Task DisposeAsync()
        {
            if (_app is not null)
            {
                await _app.DisposeAsync();
            }

            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            await _fixture.DisposeAsync();
        }
    }
}
