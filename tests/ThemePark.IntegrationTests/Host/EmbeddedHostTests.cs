using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.Host;
using ThemePark.MySql;
using Xunit;

namespace ThemePark.IntegrationTests.Host;

public sealed class EmbeddedHostTests
{
    [Fact]
    public async Task Without_a_connection_string_the_host_brings_its_own_database_and_key_and_takes_both_up_again()
    {
        var directory = Path.Combine(Path.GetTempPath(), "themepark-tests", Guid.NewGuid().ToString("N"));
        try
        {
            string connectionString;
            await using (var app = await StartAsync(directory))
            {
                (await GetAuditAsync(app, directory)).ShouldBe(HttpStatusCode.OK);
                connectionString = app.Services.GetRequiredService<MySqlDatabase>().ConnectionString;
                await app.StopAsync();
            }

            await using (var gone = new MySqlDatabase(connectionString))
            {
                var refused = await Should.ThrowAsync<Exception>(async () => await gone.OpenAsync(default));
                MySqlErrors.IsUnreachable(refused).ShouldBeTrue(refused.ToString());
            }

            var key = await File.ReadAllTextAsync(Path.Combine(directory, "admin.key"));
            await using (var again = await StartAsync(directory))
            {
                (await File.ReadAllTextAsync(Path.Combine(directory, "admin.key"))).ShouldBe(key);
                (await GetAuditAsync(again, directory)).ShouldBe(HttpStatusCode.OK);
                await again.StopAsync();
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<WebApplication> StartAsync(string directory)
    {
        var app = await ThemeParkHost.BuildServeAsync([], builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("DataDirectory", directory)]);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpStatusCode> GetAuditAsync(WebApplication app, string directory)
    {
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var key = (await File.ReadAllTextAsync(Path.Combine(directory, "admin.key"))).Trim();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return (await client.GetAsync("/api/admin/audit")).StatusCode;
    }
}
