using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MediatR;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Host.Runbooks;

[CollectionDefinition(Name)]
public sealed class RunbookCollection : ICollectionFixture<RunbookScene>
{
    public const string Name = "runbook";
}

/// <summary>One host for the errors of docs/runbook.md, after an import of two good days and of one file of every broken kind.</summary>
public sealed class RunbookScene : IAsyncLifetime
{
    /// <summary>A second key, whose calls of one minute may be used up.</summary>
    public const string HastyKey = "another-key-for-tests-0123456789";

    /// <summary>Calls that steer imports, per key and minute.</summary>
    public const int Control = 40;

    private readonly DirectoryInfo _places = Directory.CreateTempSubdirectory("tp-runbook-");

    internal static DateOnly GoodDay { get; } = new(2024, 6, 10);

    internal ImportHost Host { get; private set; } = null!;

    internal JsonElement Import { get; private set; }

    /// <summary>File records of <see cref="Import"/>, by key.</summary>
    internal IReadOnlyDictionary<string, JsonElement> Files { get; private set; } = null!;

    internal string Backups => Path.Combine(_places.FullName, "backups");

    internal string Deployments => Path.Combine(_places.FullName, "deploy");

    internal string Raw => Path.Combine(Path.GetDirectoryName(Host.Archive)!, "raw");

    public async Task InitializeAsync()
    {
        Host = await ImportHost.StartEmptyAsync(
            ("Admin:Keys:1:Name", "hasty"),
            ("Admin:Keys:1:Key", HastyKey),
            ("RateLimits:ImportControlPerMinute", Control.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Backups:Directory", Backups),
            ("Deploy:Root", Deployments));
        HandArchive.Put(
            Host.Archive, GoodDay, HandArchive.Event("2024-06-10T10:00:00Z", 10), HandArchive.Event("2024-06-10T11:00:00Z", 5, "eeeeeeee-0000-4000-8000-000000000002"));
        HandArchive.Put(Host.Archive, GoodDay.AddDays(1), HandArchive.Event("2024-06-11T10:00:00Z", 20));
        PutBroken();
        PutStrange();

        Import = await Host.ImportAsync(new { destination_uuid = HandArchive.Destination });
        Import.Text("status").ShouldBe("COMPLETED_WITH_ERRORS", Import.ToString());
        Files = await Host.FilesAsync(Import.Text("import_id"));
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        _places.Delete(recursive: true);
    }

    /// <summary>Sends what stands behind a method, such as <c>GET /api/health</c>; braces name what the scene has.</summary>
    internal async Task<(int Status, JsonElement Answer)> CallAsync(string call, string? body = null, string type = "application/json")
    {
        var (method, path) = (call.Split(' ')[0], Named(call.Split(' ', 2)[1]));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(Named(body), Encoding.UTF8, type);
        }

        // Asked first: who is refused while a body is on its way may find the connection closed instead of the answer.
        request.Headers.ExpectContinue = body?.Length > 100_000;
        using var answer = await Host.App.Admin.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : JsonSerializer.SerializeToElement(text));
    }

    /// <summary>Sends it and fails unless it worked.</summary>
    internal async Task<JsonElement> DoneAsync(string call, string? body = null, string type = "application/json")
    {
        var (status, answer) = await CallAsync(call, body, type);
        status.ShouldBeInRange(200, 299, $"{call}: {answer}");
        return answer;
    }

    /// <summary>Sends it and fails unless it is refused as the runbook says.</summary>
    internal async Task<JsonElement> RefusedAsync(string code, string message, int status, string call, string? body = null, string type = "application/json")
    {
        var (answered, answer) = await CallAsync(call, body, type);
        answered.ShouldBe(status, answer.ToString());
        answer.ShouldExplain(code, message, status);
        return answer;
    }

    /// <summary>What a verb would send, by the same way.</summary>
    internal Task<Outcome<T>> SendAsync<T>(IRequest<Outcome<T>> request) => Host.App.Services.SendAsync(request);

    internal static string KeyOf(int dayOfMay) => HandArchive.Key(new DateOnly(2024, 5, dayOfMay));

    private string Named(string text) => text
        .Replace("{import}", Import.Text("import_id"), StringComparison.Ordinal)
        .Replace("{destination}", Import.Number("destination_id").ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{uuid}", HandArchive.Destination, StringComparison.Ordinal);

    private void PutBroken()
    {
        var good = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(10, 10).Select(hour => HandArchive.Event($"2024-05-01T{hour}:00:00Z", hour)))}]");
        byte[][] contents =
        [
            [],
            "<html>"u8.ToArray(),
            "[1 2]"u8.ToArray(),
            // A block of a kind there is not, and enough behind it that it is not taken for the end.
            [0x78, 0x9C, 0x07, .. Enumerable.Repeat((byte)1, 300_000)],
            Zlib(good)[..100],
            good[..^1],
            [.. Zlib(good), .. Zlib(good)],
            [.. good, .. good],
            "{}"u8.ToArray(),
            """{"events":null}"""u8.ToArray(),
            " null"u8.ToArray(),
            Zlib(Encoding.UTF8.GetBytes($"[{new string(' ', 32 << 20)}]")),
            Encoding.UTF8.GetBytes($$"""[{"note":"{{new string('x', 5 << 20)}}"}]"""),
        ];
        for (var day = 1; day <= contents.Length; day++)
        {
            var path = Path.Combine(Host.Archive, KeyOf(day));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, contents[day - 1]);
        }
    }

    private void PutStrange()
    {
        var destination = Path.Combine(Host.Archive, HandArchive.Destination);
        File.WriteAllText(Path.Combine(destination, "readme.txt"), "not a day");
        File.WriteAllText(Path.Combine(destination, "2024", "06", "31.json.gz"), "[]");
        File.CreateSymbolicLink(Path.Combine(Host.Archive, HandArchive.Key(GoodDay.AddDays(2))), "/etc/hostname");
        var upper = Path.Combine(Host.Archive, HandArchive.Key(GoodDay).Replace(HandArchive.Destination, HandArchive.Destination.ToUpperInvariant(), StringComparison.Ordinal));
        Directory.CreateDirectory(Path.GetDirectoryName(upper)!);
        File.WriteAllText(upper, "[]");
    }

    private static byte[] Zlib(byte[] content)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            zlib.Write(content);
        }

        return packed.ToArray();
    }
}
