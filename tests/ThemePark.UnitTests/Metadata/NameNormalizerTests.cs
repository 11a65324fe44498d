using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Metadata.Matching;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class NameNormalizerTests
{
    [Theory]
    [InlineData("TRANSFORMERS™: The Ride-3D", "transformers the ride 3d")]
    [InlineData("Buzz Lightyear’s Space Ranger Spin", "buzz lightyears space ranger spin")]
    [InlineData("Buzz Lightyear's  Space Ranger\u00a0Spin ", "buzz lightyears space ranger spin")]
    [InlineData("“it's a small world”®", "its a small world")]
    [InlineData("The Barnstormer", "barnstormer")]
    [InlineData("the THE Ride", "ride")]
    [InlineData("The", "the")]
    [InlineData("Theatre", "theatre")]
    [InlineData("Big & Bambu", "big and bambu")]
    [InlineData("Walibi Rhône–Alpes", "walibi rhone alpes")]
    [InlineData("Gröna Lund Æventyr Straße Łódź", "grona lund aeventyr strasse lodz")]
    [InlineData("Ⅱ ﬁnal ① ²", "ii final 1 2")]
    [InlineData("İstanbul IĞDIR", "istanbul igdir")]
    [InlineData("Main Street, U.S.A.", "main street u s a")]
    [InlineData("バス", "バス")]
    [InlineData("ハス", "ハス")]
    [InlineData("한글 놀이", "한글 놀이")]
    [InlineData("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width")]
    [InlineData("Zero\u200bWidth\u00adHyphen", "zerowidthhyphen")]
    [InlineData("!!!", "")]
    [InlineData("", "")]
    [InlineData("😀", "")]
    [InlineData("\ud800x", "x")]
    public void Names_are_reduced_to_words_and_digits(string name, string expected) => NameNormalizer.Normalize(name).ShouldBe(expected);

    [Theory]
    [InlineData("Wind-Up", "wind up")]
    [InlineData("Wind-Up", "Windup")]
    [InlineData("Racer 75", "Racer75")]
    [InlineData("Pixar Pal-A-Round – Swinging", "Pixar Pal-a-Round Swinging")]
    [InlineData("OhNo!", "Oh No")]
    public void Spacing_and_hyphens_make_no_difference_to_the_key(string a, string b) => Key(a).ShouldBe(Key(b));

    [Theory]
    [InlineData("Area 5 1", "Area 51")]
    [InlineData("バス", "ハス")]
    [InlineData("Racer 75", "Racer 57")]
    public void The_key_keeps_what_differs(string a, string b) => Key(a).ShouldNotBe(Key(b));

    [Fact]
    public void Normalising_twice_is_normalising_once() => Prop.ForAll<string>(name =>
    {
        var once = NameNormalizer.Normalize(name ?? "");
        NameNormalizer.Normalize(once).ShouldBe(once);
        Key(once).ShouldBe(NameNormalizer.Key(once));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void Every_single_character_normalises_stably_and_takes_no_control_or_upper_case_through()
    {
        for (var value = 1; value <= 0x10FFFF; value++)
        {
            if (value is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            var once = NameNormalizer.Normalize("a" + char.ConvertFromUtf32(value) + "b");
            var lower = string.Create(once.Length, once, (span, text) => text.AsSpan().ToLowerInvariant(span));
            if (NameNormalizer.Normalize(once) != once || once.Any(char.IsControl) || lower != once || !once.IsNormalized())
            {
                Assert.Fail($"U+{value:X4} gives '{once}'.");
            }
        }
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ja-JP")]
    [InlineData("")]
    public void The_machines_culture_makes_no_difference(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            NameNormalizer.Normalize("INDIANA JONES IÍ").ShouldBe("indiana jones ii");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Key(string name) => NameNormalizer.Key(NameNormalizer.Normalize(name));
}
