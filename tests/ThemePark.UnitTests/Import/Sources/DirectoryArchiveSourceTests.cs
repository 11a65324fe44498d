using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using ThemePark.Modules.Import.Raw;
using ThemePark.Modules.Import.Sources;
using Xunit;

namespace ThemePark.UnitTests.Import.Sources;

public sealed class DirectoryArchiveSourceTests : IDisposable
{
    private const string A = "aaaaaaaa-3552-4cf6-b636-5babc5cbc4e5";
    private const string B = "bbbbbbbb-3552-4cf6-b636-5babc5cbc4e5";
    private const string Md5Of123 = "5289df737df57326fcdd22597afb1fac";
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _outside = new();
    private readonly DirectoryArchiveSource _source;

    public DirectoryArchiveSourceTests() =>
        _source = new DirectoryArchiveSource("directory", _folder.Path, NullLogger<DirectoryArchiveSource>.Instance);

    public void Dispose()
    {
        _folder.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public async Task Lists_days_in_order_with_the_etag_s3_would_give()
    {
        _folder.Write($"{B}/2024/01/01.json.gz", [1, 2, 3]);
        _folder.Write($"{A}/2024/02/01.json.gz", [1, 2, 3]);
        _folder.Write($"{A}/2023/12/31.json.gz", [1, 2, 3]);

        var listed = await ListAsync();
        listed.Select(o => o.Key).ShouldBe([$"{A}/2023/12/31.json.gz", $"{A}/2024/02/01.json.gz", $"{B}/2024/01/01.json.gz"]);
        listed.ShouldAllBe(o => o.ETag == Md5Of123 && o.Size == 3 && o.SkipReason == null);
        (await _source.ListDestinationsAsync(CancellationToken.None).ToListAsync()).ShouldBe([Guid.Parse(A), Guid.Parse(B)]);
        (await _source.ListExtentsAsync(CancellationToken.None)).Select(e => e.Files).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task One_destination_and_range_leave_the_rest_unlisted()
    {
        foreach (var key in new[] { $"{A}/2024/01/31.json.gz", $"{A}/2024/02/01.json.gz", $"{A}/2024/02/02.json.gz", $"{B}/2024/02/01.json.gz", "x.txt" })
        {
            _folder.Write(key, [1]);
        }

        var listed = await _source.ListAsync(Guid.Parse(A), new DateOnly(2024, 2, 1), new DateOnly(2024, 2, 1), CancellationToken.None).ToListAsync();
        listed.Select(o => o.Key).ShouldBe([$"{A}/2024/02/01.json.gz"]);
    }

    [Fact]
    public async Task A_change_is_seen_even_with_the_old_size_and_time()
    {
        var path = _folder.Write($"{A}/2024/02/01.json.gz", [1, 2, 3]);
        var time = File.GetLastWriteTimeUtc(path);
        var before = (await ListAsync()).Single();
        await File.WriteAllBytesAsync(path, [1, 2, 4]);
        File.SetLastWriteTimeUtc(path, time);

        var after = (await ListAsync()).Single();
        after.LastModifiedUtc.ShouldBe(before.LastModifiedUtc);
        after.ETag.ShouldNotBe(before.ETag);
    }

    [Fact]
    public async Task Strangers_are_listed_with_a_reason()
    {
        _folder.Write("destinations.json", [1]);
        _folder.Write(".DS_Store", [1]);
        _folder.Write("logs/2024/x.log", [1]);
        _folder.Write($"{A}/2024/02/30.json.gz", [1]);

        (await ListAsync()).Select(o => (o.Key, o.SkipReason)).ShouldBe(
        [
            (".DS_Store", SkipReasons.NotADayFile),
            ("destinations.json", SkipReasons.Catalogue),
            ($"{A}/2024/02/30.json.gz", SkipReasons.BadDate),
            ("logs/2024/x.log", SkipReasons.NotADayFile),
        ]);
    }

    [Fact]
    public async Task Links_out_and_linked_folders_are_refused_and_a_link_inside_is_read()
    {
        var secret = _outside.Write("secret.json.gz", [9]);
        var real = _folder.Write($"{A}/2024/01/01.json.gz", [1, 2]);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, A, "2024/01/02.json.gz"), secret);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, A, "2024/01/03.json.gz"), real);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, A, "2024/01/04.json.gz"), Path.Combine(_folder.Path, "nowhere"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, A, "2025"), _outside.Path);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, B), _folder.Path);

        (await ListAsync()).Select(o => (o.Key[A.Length..], o.SkipReason)).ShouldBe(
        [
            ("", SkipReasons.LinkRefused),
            ("/2024/01/01.json.gz", null),
            ("/2024/01/02.json.gz", SkipReasons.LinkRefused),
            ("/2024/01/03.json.gz", null),
            ("/2024/01/04.json.gz", SkipReasons.LinkRefused),
            ("/2025", SkipReasons.LinkRefused),
        ]);
        (await OpenKindAsync($"{A}/2024/01/02.json.gz")).ShouldBe(ArchiveErrors.Rejected);
        (await OpenKindAsync($"{A}/2025/secret.json.gz")).ShouldBe(ArchiveErrors.Rejected);
    }

    [Theory]
    [InlineData("../x.json.gz", ArchiveErrors.Rejected)]
    [InlineData("a/../../x.json.gz", ArchiveErrors.Rejected)]
    [InlineData("/etc/passwd", ArchiveErrors.Rejected)]
    [InlineData("gone.json.gz", ArchiveErrors.Vanished)]
    public async Task Keys_do_not_lead_out(string key, string kind) => (await OpenKindAsync(key)).ShouldBe(kind);

    [Fact]
    public async Task A_missing_directory_is_an_unavailable_source_not_an_empty_one()
    {
        var source = new DirectoryArchiveSource("sample", Path.Combine(_folder.Path, "missing"), NullLogger<DirectoryArchiveSource>.Instance);
        var e = await Should.ThrowAsync<ArchiveException>(() => source.ListAsync(null, null, null, CancellationToken.None).ToListAsync().AsTask());
        (e.Kind, e.IsSource).ShouldBe((ArchiveErrors.Unavailable, true));
    }

    [Fact]
    public async Task The_catalogue_is_read_when_it_is_there()
    {
        (await _source.ReadCatalogueAsync(CancellationToken.None)).ShouldBeNull();
        _folder.Write("destinations.json", "{\"é\":1}"u8.ToArray());
        (await _source.ReadCatalogueAsync(CancellationToken.None)).ShouldBe("{\"é\":1}");
        _folder.Write("destinations.json", new byte[(8 * 1024 * 1024) + 1]);
        (await _source.ReadCatalogueAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_file_that_changes_after_the_listing_is_fetched_as_it_is_now()
    {
        using var store = new TemporaryFolder();
        var options = new ArchiveOptions { MaxObjectBytes = 100 };
        using var guard = new SourceGuard(options, TimeProvider.System, NullLogger<SourceGuard>.Instance);
        var raw = new RawStore(store.Path, TimeProvider.System);
        var fetcher = new ArchiveFetcher(_source, guard, raw, options, TimeProvider.System);
        _folder.Write($"{A}/2024/01/01.json.gz", [1, 2]);
        var listed = (await ListAsync()).Single();
        _folder.Write($"{A}/2024/01/01.json.gz", [1, 2, 3]);

        var fetched = await fetcher.FetchAsync(listed, CancellationToken.None);
        (fetched.ETag, fetched.Raw.Size, fetched.Attempts).ShouldBe((Md5Of123, 3, 1));
        (await raw.VerifyAsync(fetched.Raw, CancellationToken.None)).ShouldBe(RawState.Intact);

        _folder.Write($"{A}/2024/01/01.json.gz", new byte[101]);
        (await Should.ThrowAsync<ArchiveException>(() => fetcher.FetchAsync(listed, CancellationToken.None))).Kind.ShouldBe(ArchiveErrors.TooLarge);
        File.Delete(Path.Combine(_folder.Path, listed.Key));
        (await Should.ThrowAsync<ArchiveException>(() => fetcher.FetchAsync(listed, CancellationToken.None))).Kind.ShouldBe(ArchiveErrors.Vanished);
        raw.Enumerate().Count().ShouldBe(1);
    }

    private async Task<List<ArchiveObject>> ListAsync() => await _source.ListAsync(null, null, null, CancellationToken.None).ToListAsync();

    private async Task<string> OpenKindAsync(string key) => (await Should.ThrowAsync<ArchiveException>(
        () => _source.OpenAsync(new ArchiveObject(key, null, null, 0, "", default, null), CancellationToken.None))).Kind;
}
