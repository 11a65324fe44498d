using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Metadata;
using ThemePark.Modules.Import;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Metadata;
using Xunit;

namespace ThemePark.IntegrationTests.Import;

public sealed class MappingsEndpointTests : CatalogueTest
{
    private const string Path = "/api/admin/import/mappings";
    private const string Key = "a-key-for-tests-0123456789";

    [Fact]
    public async Task Mappings_go_in_and_come_out_as_csv_and_sent_back_change_nothing()
    {
        var rides = (await ResolveAsync(Ride(1, (1, "=Dumbo, \"the\" ™")), Ride(2, (1, "B")))).Select(entity => entity.RideId!.Value).ToArray();
        await using var app = await StartAsync();
        using var client = Client(app);

        using var put = await client.PutAsync(Path, Csv($"uuid,ride_id,name,park,valid_from,valid_to\n{Id(5)},{rides[1]},,,2024-01-01,2024-02-01\n{Id(6)},,B,magickingdom,,\nnonsense,1,,,,\n{Id(7)},999999,,,,\n"));

        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        var report = await JsonAsync(put);
        (report.GetProperty("created").GetInt32(), report.GetProperty("updated").GetInt32()).ShouldBe((2, 0));
        report.GetProperty("rejected").EnumerateArray().Select(item => (item.GetProperty("line").GetInt32(), item.GetProperty("reason").GetString()))
            .ShouldBe([(4, "uuid is not a UUID of 36 characters"), (5, "there is no ride 999999")]);

        using var get = await client.GetAsync(Path);
        get.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        var csv = await get.Content.ReadAsStringAsync();
        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "uuid,ride_id,name,park,valid_from,valid_to",
            $"{Id(1)},{rides[0]},\"'=Dumbo, \"\"the\"\" ™\",magickingdom,,",
            $"{Id(2)},{rides[1]},B,magickingdom,,",
            $"{Id(5)},{rides[1]},B,magickingdom,2024-01-01,2024-02-01",
            $"{Id(6)},{rides[1]},B,magickingdom,,",
        ]);

        using var again = await client.PutAsync(Path, Csv(csv));
        var unchanged = await JsonAsync(again);
        (unchanged.GetProperty("created").GetInt32(), unchanged.GetProperty("updated").GetInt32(), unchanged.GetProperty("rejected").GetArrayLength()).ShouldBe((0, 0, 0));
        (await client.GetStringAsync(Path)).ShouldBe(csv);
    }

    [Fact]
    public async Task A_file_larger_than_other_bodies_may_be_is_accepted()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "A"))))[0].RideId;
        await using var app = await StartAsync();
        using var client = Client(app);
        var filler = new string('x', 1000);
        var rows = Enumerable.Range(10, 4000).Select(i => $"{Id(i)},{ride},{filler}\n");

        using var put = await client.PutAsync(Path, Csv("uuid,ride_id,name\n" + string.Concat(rows)));

        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await JsonAsync(put)).GetProperty("created").GetInt32().ShouldBe(4000);
    }

    [Fact]
    public async Task An_unusable_file_is_a_400_with_line_numbers_and_changes_nothing()
    {
        var ride = (await ResolveAsync(Ride(1, (1, "A"))))[0].RideId;
        await using var app = await StartAsync();
        using var client = Client(app);

        using var put = await client.PutAsync(Path, Csv($"uuid,ride_id,name\n{Id(5)},{ride},ok\n{Id(6)},{ride},a\"b\n"));

        put.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = (await JsonAsync(put)).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("INVALID_MAPPING_FILE");
        error.GetProperty("details").GetProperty("lines").EnumerateArray().Select(line => line.GetInt32()).ShouldBe([3]);
        (await Mappings.ExportAsync(CancellationToken.None)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_no_csv_or_too_large_or_without_a_key_is_refused()
    {
        await using var app = await StartAsync();
        using var client = Client(app);

        using var json = await client.PutAsync(Path, new StringContent("{}", Encoding.UTF8, "application/json"));
        json.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);

        // Else the client is still writing when the refusal comes.
        client.DefaultRequestHeaders.ExpectContinue = true;
        using var large = await client.PutAsync(Path, Csv(new string('x', CsvFile.MaxBytes + 1)));
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        client.DefaultRequestHeaders.Authorization = null;
        using var anonymous = await client.GetAsync(Path);
        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    // The two slices on the real pipeline; the rest of the host has its own tests.
    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Admin:Keys:0:Name", "tester"), new("Admin:Keys:0:Key", Key)]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Database).AddSingleton(new DataDirectory(System.IO.Path.GetTempPath()));
        builder.Services.AddCore().AddCoreHttp().AddMetadata(builder.Configuration);
        builder.Services.AddMediator(typeof(ImportModule).Assembly);
        builder.Services.AddSingleton<ICarterModule, GetMappings.Endpoint>().AddSingleton<ICarterModule, PutMappings.Endpoint>();
        var app = builder.Build();
        app.UseCoreHttp();
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(WebApplication app)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    private static StringContent Csv(string text) => new(text, Encoding.UTF8, CsvFile.ContentType);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync());
}
