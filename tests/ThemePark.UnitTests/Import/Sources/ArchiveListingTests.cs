using Shouldly;
using ThemePark.Modules.Import.Sources;
using Xunit;

namespace ThemePark.UnitTests.Import.Sources;

public sealed class ArchiveListingTests
{
    private const string Lower = "aaaaaaaa-3552-4cf6-b636-5babc5cbc4e5";
    private const string Upper = "AAAAAAAA-3552-4CF6-B636-5BABC5CBC4E5";
    private static readonly Guid Uuid = Guid.Parse(Lower);

    [Theory]
    [InlineData("2024-05-03", "2024-05-09", "d/2024/05/")]
    [InlineData("2024-12-31", "2025-01-01", "d/2024/12/ d/2025/01/")]
    [InlineData("2024-02-01", "2024-11-30", "d/2024/")]
    [InlineData("2022-12-31", "2024-01-01", "d/2022/ d/2023/ d/2024/")]
    [InlineData("2021-01-01", "2024-12-31", "d/")]
    [InlineData("2024-05-03", null, "d/")]
    [InlineData(null, "2024-05-03", "d/")]
    public void A_range_is_listed_with_the_fewest_requests(string? from, string? to, string prefixes) =>
        ArchiveListing.Prefixes("d", Day(from), Day(to)).ShouldBe(prefixes.Split(' '));

    [Fact]
    public void Every_day_of_a_range_lies_below_one_of_its_prefixes_and_only_one()
    {
        var random = new Random(7);
        for (var n = 0; n < 500; n++)
        {
            var from = new DateOnly(2020, 1, 1).AddDays(random.Next(2000));
            var to = from.AddDays(random.Next(random.Next(1, 1500)));
            var prefixes = ArchiveListing.Prefixes("d", from, to);
            for (var day = from; day <= to; day = day.AddDays(1))
            {
                var key = $"d/{day.Year:0000}/{day.Month:00}/{day.Day:00}.json.gz";
                prefixes.Count(p => key.StartsWith(p, StringComparison.Ordinal)).ShouldBe(1, $"{key} for {from:O} to {to:O}");
            }
        }
    }

    [Fact]
    public async Task A_key_that_comes_twice_is_listed_once()
    {
        var listed = await ListAsync([Lower], [$"{Lower}/2024/01/01.json.gz", $"{Lower}/2024/01/02.json.gz", $"{Lower}/2024/01/01.json.gz"]);
        listed.Select(o => o.Key).ShouldBe([$"{Lower}/2024/01/01.json.gz", $"{Lower}/2024/01/02.json.gz"]);
    }

    [Fact]
    public async Task Two_spellings_of_a_destination_give_each_day_once_and_the_lower_case_one_wins()
    {
        var listed = await ListAsync(
            [Upper, Lower],
            [$"{Upper}/2024/01/01.json.gz", $"{Upper}/2024/01/02.json.gz", $"{Lower}/2024/01/02.json.gz"]);
        listed.Select(o => (o.Key, o.SkipReason)).ShouldBe(
        [
            ($"{Lower}/2024/01/02.json.gz", null),
            ($"{Upper}/2024/01/01.json.gz", null),
            ($"{Upper}/2024/01/02.json.gz", SkipReasons.DuplicateDay),
        ]);
        listed.ShouldAllBe(o => o.DestinationUuid == Uuid);
    }

    [Fact]
    public async Task A_range_leaves_other_days_out_but_not_what_has_no_day()
    {
        var listed = await ListAsync(
            [Lower],
            [$"{Lower}/2024/01/01.json.gz", $"{Lower}/2024/01/02.json.gz", $"{Lower}/2024/01/03.json.gz", $"{Lower}/2024/01/33.json.gz"],
            new DateOnly(2024, 1, 2),
            new DateOnly(2024, 1, 2));
        listed.Select(o => (o.Key, o.SkipReason)).ShouldBe(
            [($"{Lower}/2024/01/02.json.gz", null), ($"{Lower}/2024/01/33.json.gz", SkipReasons.BadDate)]);
    }

    [Fact]
    public async Task Extents_are_counted_from_day_files_only()
    {
        string[] keys = [$"{Lower}/2024/01/05.json.gz", $"{Lower}/2023/12/31.json.gz", $"{Lower}/2024/02/31.json.gz", $"{Lower}/readme"];
        var extents = await ArchiveListing.MeasureAsync(Select([Lower], keys, null, null), CancellationToken.None);
        extents.ShouldBe([new ArchiveExtent(Uuid, new DateOnly(2023, 12, 31), new DateOnly(2024, 1, 5), 2)]);
    }

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd");

    private static async Task<List<ArchiveObject>> ListAsync(string[] folders, string[] keys, DateOnly? from = null, DateOnly? to = null) =>
        await Select(folders, keys, from, to).ToListAsync();

    private static IAsyncEnumerable<ArchiveObject> Select(string[] folders, string[] keys, DateOnly? from, DateOnly? to) =>
        ArchiveListing.SelectAsync(
            new ArchiveRoot(folders, []),
            prefix => keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
                .Select(k => new StoredObject(k, 1, "e", DateTime.UnixEpoch)).ToAsyncEnumerable(),
            null,
            from,
            to,
            CancellationToken.None);
}
