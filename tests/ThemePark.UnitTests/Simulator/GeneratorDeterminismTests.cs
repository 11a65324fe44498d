using System.Globalization;
using System.Security.Cryptography;
using Shouldly;
using ThemePark.Simulator;
using Xunit;

namespace ThemePark.UnitTests.Simulator;

public sealed class GeneratorDeterminismTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tp-determinism-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Equal_options_give_equal_bytes_in_any_culture()
    {
        await ArchiveGenerator.GenerateAsync(Small("a"));
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("ar-SA");
            await ArchiveGenerator.GenerateAsync(Small("b"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Hashes("b").ShouldBe(Hashes("a"));
        Hashes("a").Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Another_seed_gives_other_waits_under_the_same_ids()
    {
        var first = await ArchiveGenerator.GenerateAsync(Small("a"));
        var second = await ArchiveGenerator.GenerateAsync(Small("b") with { Seed = 7 });
        second.Destinations.Select(d => d.Id).ShouldBe(first.Destinations.Select(d => d.Id));
        second.Files.Sum(f => f.StandbyMinutes).ShouldNotBe(first.Files.Sum(f => f.StandbyMinutes));
    }

    /// <summary>Pins the text, not the compressed bytes, which change with the runtime's zlib.</summary>
    [Fact]
    public async Task The_text_of_a_small_archive_is_pinned()
    {
        var report = await ArchiveGenerator.GenerateAsync(Small("a") with { Ugly = false });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in report.Files)
        {
            hash.AppendData(ArchiveFixture.Inflate(await File.ReadAllBytesAsync(Path.Combine(_root.FullName, "a", file.Key)), file.Kind));
        }

        Convert.ToHexStringLower(hash.GetHashAndReset()).ShouldBe("8b3c8aaba0f4150028de28e9d68e13f3152265168bc8619fbfd645d6055ba494");
    }

    [Fact]
    public async Task A_target_that_is_not_empty_is_refused_and_left_alone()
    {
        var target = Path.Combine(_root.FullName, "a");
        Directory.CreateDirectory(target);
        await File.WriteAllTextAsync(Path.Combine(target, "mine.txt"), "mine");
        await Should.ThrowAsync<IOException>(() => ArchiveGenerator.GenerateAsync(Small("a")));
        Directory.GetFiles(target).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_cancelled_run_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Stop(cancel);
        await Should.ThrowAsync<OperationCanceledException>(() => ArchiveGenerator.GenerateAsync(Small("a"), progress, cancel.Token));
        Directory.GetFileSystemEntries(_root.FullName).ShouldBeEmpty();
    }

    private GeneratorOptions Small(string name) =>
        new() { Out = Path.Combine(_root.FullName, name), Destinations = 3, Days = 9, RidesPerPark = 12 };

    private SortedDictionary<string, string> Hashes(string name)
    {
        var root = Path.Combine(_root.FullName, name);
        return new SortedDictionary<string, string>(
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(
                f => Path.GetRelativePath(root, f),
                f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))) + File.GetLastWriteTimeUtc(f).Ticks.ToString(CultureInfo.InvariantCulture)),
            StringComparer.Ordinal);
    }

    private sealed class Stop(CancellationTokenSource cancel) : IProgress<double>
    {
        public void Report(double value) => cancel.Cancel();
    }
}
