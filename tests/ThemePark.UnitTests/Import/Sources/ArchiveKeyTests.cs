using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Import.Sources;
using Xunit;

namespace ThemePark.UnitTests.Import.Sources;

public sealed class ArchiveKeyTests
{
    private static readonly Gen<string> ValidKeys =
        from uuid in ArbMap.Default.GeneratorFor<Guid>().Where(g => g != Guid.Empty)
        from upper in ArbMap.Default.GeneratorFor<bool>()
        from dayNumber in Gen.Choose(0, DateOnly.MaxValue.DayNumber)
        select Key(upper ? uuid.ToString("D").ToUpperInvariant() : uuid.ToString("D"), DateOnly.FromDayNumber(dayNumber));

    // Random strings never come near a key; one changed, removed or added character does.
    private static readonly Gen<string> AlmostKeys =
        from key in ValidKeys
        from position in Gen.Choose(0, key.Length - 1)
        from replacement in Gen.Elements('/', '.', '-', '0', '9', 'a', 'F', 'g', ' ', '+', '٣', '\0', '\uD83D')
        from kind in Gen.Choose(0, 2)
        select kind switch
        {
            0 => key[..position] + replacement + key[(position + 1)..],
            1 => key.Remove(position, 1),
            _ => key.Insert(position, replacement.ToString()),
        };

    [Fact]
    public void Every_real_day_of_every_destination_is_read_back() =>
        Prop.ForAll(ValidKeys.ToArbitrary(), key =>
        {
            var parsed = ArchiveKey.Parse(key);
            return parsed.SkipReason is null && IsCanonical(key, parsed);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_accepted_is_exactly_the_canonical_form_and_the_rest_has_a_reason() =>
        Prop.ForAll(Gen.OneOf(AlmostKeys, ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get)).ToArbitrary(), key =>
        {
            var parsed = ArchiveKey.Parse(key);
            return parsed.SkipReason is not null
                ? parsed.Day is null
                : IsCanonical(key, parsed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Theory]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/02/30.json.gz", SkipReasons.BadDate)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2023/02/29.json.gz", SkipReasons.BadDate)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/1/05.json.gz", SkipReasons.BadDate)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/5.json.gz", SkipReasons.BadDate)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/0000/01/05.json.gz", SkipReasons.BadDate)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/20240/01/05.json.gz", SkipReasons.BadDate)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/99999999999999999999/05.json.gz", SkipReasons.BadDate)]
    [InlineData("{e957da41-3552-4cf6-b636-5babc5cbc4e5}/2024/01/05.json.gz", SkipReasons.BadDestination)]
    [InlineData("e957da4135524cf6b6365babc5cbc4e5/2024/01/05.json.gz", SkipReasons.BadDestination)]
    [InlineData("00000000-0000-0000-0000-000000000000/2024/01/05.json.gz", SkipReasons.BadDestination)]
    [InlineData("disneyland/2024/01/05.json.gz", SkipReasons.BadDestination)]
    [InlineData("/2024/01/05.json.gz", SkipReasons.BadDestination)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/05.json", SkipReasons.NotADayFile)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/05.JSON.GZ", SkipReasons.NotADayFile)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/05.json.gz.tmp", SkipReasons.NotADayFile)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/.json.gz", SkipReasons.NotADayFile)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/٠٥.json.gz", SkipReasons.NotADayFile)]
    [InlineData("x/e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/05.json.gz", SkipReasons.NotADayFile)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024//01/05.json.gz", SkipReasons.NotADayFile)]
    [InlineData("e957da41-3552-4cf6-b636-5babc5cbc4e5/2024/01/", SkipReasons.FolderMarker)]
    [InlineData("destinations.json", SkipReasons.Catalogue)]
    [InlineData("backup/destinations.json", SkipReasons.NotADayFile)]
    [InlineData("", SkipReasons.NotADayFile)]
    public void Everything_else_says_why(string key, string reason) => ArchiveKey.Parse(key).SkipReason.ShouldBe(reason);

    [Fact]
    public void A_skipped_object_still_counts_for_the_destination_it_lies_under() =>
        ArchiveKey.Parse("E957DA41-3552-4cf6-b636-5babc5cbc4e5/notes.txt").DestinationUuid.ShouldBe(Guid.Parse("e957da41-3552-4cf6-b636-5babc5cbc4e5"));

    private static bool IsCanonical(string key, ArchiveKey parsed) =>
        Key(parsed.DestinationUuid!.Value.ToString("D"), parsed.Day!.Value).Equals(key, StringComparison.OrdinalIgnoreCase)
        && key.EndsWith(".json.gz", StringComparison.Ordinal);

    private static string Key(string uuid, DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"{uuid}/{day:yyyy}/{day:MM}/{day:dd}.json.gz");
}
