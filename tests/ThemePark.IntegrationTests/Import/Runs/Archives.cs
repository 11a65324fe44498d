using System.Globalization;
using ThemePark.Simulator;

namespace ThemePark.IntegrationTests.Import.Runs;

/// <summary>Archives the tests share; generated once, never written to.</summary>
internal static class Archives
{
    private static readonly DirectoryInfo Root = Directory.CreateTempSubdirectory("tp-archives-");

    // Ten days of two destinations hold every ugly file and event the generator knows.
    private static readonly Lazy<Task<Archive>> UglyOne = new(() => GenerateAsync("ugly", new GeneratorOptions { Out = "", Destinations = 2, Days = 10 }));

    private static readonly Lazy<Task<Archive>> LongOne = new(() => GenerateAsync("long", new GeneratorOptions { Out = "", Destinations = 1, Days = 40, RidesPerPark = 2, Ugly = false }));

    private static readonly GeneratorOptions Whole = new() { Out = "", Destinations = 1, Days = 7, RidesPerPark = 3, Ugly = false };

    private static readonly Lazy<Task<Archive>> UtcOne = new(() => GenerateAsync("utc", Whole));

    private static readonly Lazy<Task<Archive>> LocalOne = new(() => GenerateAsync("local", Whole with { LocalDayFiles = true }));

    static Archives() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Root.Delete(recursive: true);

    public static Task<Archive> UglyAsync() => UglyOne.Value;

    /// <summary>Long enough to be stopped on the way.</summary>
    public static Task<Archive> LongAsync() => LongOne.Value;

    /// <summary>A week cut at UTC midnight.</summary>
    public static Task<Archive> UtcWeekAsync() => UtcOne.Value;

    /// <summary>The same week of the same world, cut at the park's midnight.</summary>
    public static Task<Archive> LocalWeekAsync() => LocalOne.Value;

    private static async Task<Archive> GenerateAsync(string name, GeneratorOptions options)
    {
        var path = Path.Combine(Root.FullName, name);
        return new Archive(path, await ArchiveGenerator.GenerateAsync(options with { Out = path }));
    }
}

/// <summary>An archive on disk and what an importer must find in it.</summary>
internal sealed record Archive(string Path, GeneratorReport Report)
{
    public string Destination => Report.Destinations[0].Id;

    public IEnumerable<FileReport> FilesOf(string destination) => Report.Files.Where(f => f.Destination == destination);
}

/// <summary>Archives of a few events, written by hand.</summary>
internal static class HandArchive
{
    public const string Destination = "dddddddd-0000-4000-8000-000000000001";
    public const string Park = "aaaaaaaa-0000-4000-8000-000000000001";
    public const string Ride = "eeeeeeee-0000-4000-8000-000000000001";

    public static string Key(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{Destination}/{day:yyyy}/{day:MM}/{day:dd}.json.gz");

    public static string Event(string time, int wait, string entity = Ride) =>
        $$$$"""
        {"entityId":"{{{{entity}}}}","internalId":"1","name":"Ride {{{{entity[^4..]}}}}","data":{"status":"OPERATING","queue":{"STANDBY":{"waitTime":{{{{wait}}}}}}},
        "eventTime":"{{{{time}}}}","timezone":"Europe/Berlin","parkId":"{{{{Park}}}}","parkSlug":"park"}
        """;

    public static void Put(string root, DateOnly day, params string[] events) => PutText(root, day, $"[{string.Join(',', events)}]");

    public static void PutText(string root, DateOnly day, string text)
    {
        var path = System.IO.Path.Combine(root, Key(day));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
