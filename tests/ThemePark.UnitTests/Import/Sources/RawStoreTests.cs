using System.Security.Cryptography;
using Shouldly;
using ThemePark.Modules.Import.Raw;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Import.Sources;

public sealed class RawStoreTests : IDisposable
{
    private static readonly Guid Destination = Guid.Parse("e957da41-3552-4cf6-b636-5babc5cbc4e5");
    private static readonly DateOnly Day = new(2024, 12, 25);
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly RawStore _store;

    public RawStoreTests() => _store = new RawStore(_folder.Path, _time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_written_is_read_back_with_its_hash()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var raw = await WriteAsync(bytes, chunk: 7919);

        raw.Sha256Hex.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        raw.Size.ShouldBe(bytes.Length);
        raw.RelativePath.ShouldBe($"{Destination:D}/2024/2024-12-25.{raw.Sha256Hex[..16]}.raw");
        await using var stream = _store.OpenRead(raw);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        copy.ToArray().ShouldBe(bytes);
        (await _store.VerifyAsync(raw, CancellationToken.None)).ShouldBe(RawState.Intact);
    }

    [Fact]
    public async Task An_empty_object_is_kept_too()
    {
        var raw = await WriteAsync([]);
        raw.Size.ShouldBe(0);
        (await _store.VerifyAsync(raw, CancellationToken.None)).ShouldBe(RawState.Intact);
    }

    [Fact]
    public async Task Nothing_is_visible_before_the_commit_and_nothing_stays_without_it()
    {
        await using (var writer = _store.BeginWrite(Destination, Day))
        {
            await writer.WriteAsync(new byte[1000], CancellationToken.None);
            _store.Enumerate().ShouldBeEmpty();
        }

        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_re_recorded_day_leaves_the_old_version_in_place()
    {
        var old = await WriteAsync([1, 2, 3]);
        var recent = await WriteAsync([1, 2, 4]);

        (await _store.VerifyAsync(old, CancellationToken.None)).ShouldBe(RawState.Intact);
        _store.Enumerate().Select(f => f.RelativePath).ShouldBe([old.RelativePath, recent.RelativePath], ignoreOrder: true);
        _store.Enumerate().ShouldAllBe(f => f.DestinationUuid == Destination && f.Day == Day && f.Size == 3);
    }

    [Fact]
    public async Task The_same_bytes_twice_are_one_file_even_from_two_writers_at_once()
    {
        var bytes = RandomNumberGenerator.GetBytes(50_000);
        var other = new RawStore(_folder.Path, _time);
        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => WriteAsync(bytes, store: n % 2 == 0 ? _store : other))));

        written.Distinct().Count().ShouldBe(1);
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Length.ShouldBe(1);
        (await _store.VerifyAsync(written[0], CancellationToken.None)).ShouldBe(RawState.Intact);
    }

    [Fact]
    public async Task Damage_is_found_and_healed_by_fetching_again()
    {
        var raw = await WriteAsync([1, 2, 3, 4]);
        var path = Path.Combine(_folder.Path, raw.RelativePath);

        await File.WriteAllBytesAsync(path, [1, 2, 3]);
        (await _store.VerifyAsync(raw, CancellationToken.None)).ShouldBe(RawState.WrongSize);
        await File.WriteAllBytesAsync(path, [1, 2, 3, 5]);
        (await _store.VerifyAsync(raw, CancellationToken.None)).ShouldBe(RawState.WrongHash);
        File.Delete(path);
        (await _store.VerifyAsync(raw, CancellationToken.None)).ShouldBe(RawState.Missing);
        Directory.Delete(Path.GetDirectoryName(path)!);
        (await _store.VerifyAsync(raw, CancellationToken.None)).ShouldBe(RawState.Missing);

        (await WriteAsync([1, 2, 3, 4])).ShouldBe(raw);
        (await _store.VerifyAsync(raw, CancellationToken.None)).ShouldBe(RawState.Intact);
    }

    [Fact]
    public async Task The_manifest_can_be_rebuilt_from_disk()
    {
        var raw = await WriteAsync(RandomNumberGenerator.GetBytes(5000));
        _folder.Write("notes.txt", [1]);
        _folder.Write($"{Destination:D}/2023/2024-12-25.{raw.Sha256Hex[..16]}.raw", [1]);

        var files = _store.Enumerate().ToList();
        files.Count.ShouldBe(3);
        var ours = files.Where(f => f.Day is not null).ShouldHaveSingleItem();
        ours.Sha256Prefix.ShouldBe(raw.Sha256Hex[..16]);
        (await _store.MeasureAsync(ours.RelativePath, CancellationToken.None)).ShouldBe(raw);
    }

    [Fact]
    public async Task Leftovers_of_a_crash_go_after_an_hour_and_running_downloads_stay()
    {
        await using var running = _store.BeginWrite(Destination, Day);
        var dead = _folder.Write(".tmp/dead.tmp", [1, 2]);
        var recent = _folder.Write(".tmp/recent.tmp", [1, 2]);
        File.SetLastWriteTimeUtc(dead, _time.GetUtcNow().UtcDateTime.AddMinutes(-61));
        File.SetLastWriteTimeUtc(recent, _time.GetUtcNow().UtcDateTime.AddMinutes(-59));

        _store.RemoveStaleTemporaryFiles().ShouldBe(1);
        File.Exists(dead).ShouldBeFalse();
        File.Exists(recent).ShouldBeTrue();
        await running.WriteAsync(new byte[] { 1 }, CancellationToken.None);
        (await running.CommitAsync(CancellationToken.None)).Size.ShouldBe(1);
    }

    [Fact]
    public async Task A_store_in_use_sweeps_by_itself_once_an_hour()
    {
        await WriteAsync([1]);
        var dead = _folder.Write(".tmp/dead.tmp", [1, 2]);
        File.SetLastWriteTimeUtc(dead, _time.GetUtcNow().UtcDateTime.AddHours(-2));

        await WriteAsync([2]);
        File.Exists(dead).ShouldBeTrue();
        _time.Advance(TimeSpan.FromMinutes(61));
        await WriteAsync([3]);
        File.Exists(dead).ShouldBeFalse();
    }

    [Theory]
    [InlineData("../outside.raw")]
    [InlineData("a/../../outside.raw")]
    [InlineData("/etc/passwd")]
    public void A_path_that_leaves_the_store_is_refused(string path) =>
        Should.Throw<ArgumentException>(() => _store.OpenRead(new RawObject(path, "", 0)));

    private async Task<RawObject> WriteAsync(byte[] bytes, int chunk = 4096, RawStore? store = null)
    {
        await using var writer = (store ?? _store).BeginWrite(Destination, Day);
        foreach (var part in bytes.Chunk(chunk))
        {
            await writer.WriteAsync(part, CancellationToken.None);
        }

        return await writer.CommitAsync(CancellationToken.None);
    }
}
