using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using ThemePark.Simulator;

namespace ThemePark.IntegrationTests.Simulator;

/// <summary>A small hand-made bucket behind a server of its own, and clients for it.</summary>
internal sealed class ServedArchive : IAsyncDisposable
{
    public const string Bucket = "archive.themeparks.wiki";
    public const string First = "11111111-1111-4111-8111-111111111111";
    public const string Second = "22222222-2222-4222-8222-222222222222";
    private readonly DirectoryInfo _root;

    private ServedArchive(DirectoryInfo root, ArchiveServer server)
    {
        _root = root;
        Server = server;
        Http = new HttpClient { BaseAddress = new Uri(server.BaseAddress, Bucket + "/"), Timeout = TimeSpan.FromSeconds(10) };
        S3 = Client(new AnonymousAWSCredentials());
    }

    public ArchiveServer Server { get; }

    public HttpClient Http { get; }

    public AmazonS3Client S3 { get; }

    /// <summary>25 day files for each of two destinations, each of 1,000 bytes, and a stray object.</summary>
    public static async Task<ServedArchive> StartAsync(int pageSize = 1_000, FaultPlan? faults = null)
    {
        var root = Directory.CreateTempSubdirectory("tp-bucket-");
        foreach (var destination in new[] { First, Second })
        {
            for (var day = 1; day <= 25; day++)
            {
                var path = System.IO.Path.Combine(root.FullName, Key(destination, day));
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, Body(day));
                File.SetLastWriteTimeUtc(path, new DateTime(2025, 10, day, 3, 0, 0, DateTimeKind.Utc));
            }
        }

        await File.WriteAllTextAsync(System.IO.Path.Combine(root.FullName, "read me & more.txt"), "hello");
        var server = await ArchiveServer.StartAsync(new ArchiveServerOptions
        {
            Directory = root.FullName,
            PageSize = pageSize,
            Faults = faults ?? new FaultPlan(),
        });
        return new ServedArchive(root, server);
    }

    public static string Key(string destination, int day) => FormattableString.Invariant($"{destination}/2025/10/{day:00}.json.gz");

    public static byte[] Body(int day) => [.. Enumerable.Range(0, 1_000).Select(i => (byte)(i + day))];

    public string Path(string key) => System.IO.Path.Combine(_root.FullName, key);

    public AmazonS3Client Client(AWSCredentials credentials) => new(credentials, new AmazonS3Config
    {
        ServiceURL = Server.BaseAddress.ToString(),
        AuthenticationRegion = RegionEndpoint.EUWest2.SystemName,
        ForcePathStyle = true,
        MaxErrorRetry = 0,
        Timeout = TimeSpan.FromSeconds(10),
    });

    public async ValueTask DisposeAsync()
    {
        S3.Dispose();
        Http.Dispose();
        await Server.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
