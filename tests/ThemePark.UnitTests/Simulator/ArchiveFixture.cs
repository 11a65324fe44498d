using System.IO.Compression;
using System.Text.Json;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator;

/// <summary>One sample for all classes that only read it.</summary>
[CollectionDefinition(Name)]
public sealed class GeneratedArchive : ICollectionFixture<ArchiveFixture>
{
    public const string Name = "generated archive";
}

/// <summary>The default sample, generated once.</summary>
public sealed class ArchiveFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tp-archive-");

    public GeneratorReport Report { get; private set; } = null!;

    public string Out => Path.Combine(_root.FullName, "sample");

    public async Task InitializeAsync() => Report = await ArchiveGenerator.GenerateAsync(new GeneratorOptions { Out = Out });

    public Task DisposeAsync()
    {
        _root.Delete(recursive: true);
        return Task.CompletedTask;
    }

    public byte[] Raw(FileReport file) => File.ReadAllBytes(Path.Combine(Out, file.Key));

    public byte[] Text(FileReport file) => Inflate(Raw(file), file.Kind);

    public static byte[] Inflate(byte[] raw, UglyFile? kind)
    {
        using var source = new MemoryStream(raw);
        using Stream stream = kind switch
        {
            UglyFile.Plain => source,
            UglyFile.Gzip => new GZipStream(source, CompressionMode.Decompress),
            _ => new ZLibStream(source, CompressionMode.Decompress),
        };
        using var target = new MemoryStream();
        stream.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>The list of events wherever the file holds it.</summary>
    public JsonElement.ArrayEnumerator Events(FileReport file)
    {
        var root = JsonDocument.Parse(Text(file)).RootElement;
        return (root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("events")).EnumerateArray();
    }

    public IEnumerable<JsonElement> AllEvents() => Report.Files.Where(f => !f.Fails).SelectMany(f => Events(f));
}
