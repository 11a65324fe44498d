using Shouldly;
using ThemePark.Modules.Metadata.Matching;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class DoubleMetaphoneTests
{
    [Theory]
    [InlineData("smith", "SM0", "XMT")]
    [InlineData("schmidt", "XMT", "SMT")]
    [InlineData("thompson", "TMPSN", "TMPSN")]
    [InlineData("thumb", "0M", "TM")]
    [InlineData("knight", "NT", "NT")]
    [InlineData("caesar", "SSR", "SSR")]
    [InlineData("chemistry", "KMSTR", "KMSTR")]
    [InlineData("michael", "MKL", "MXL")]
    [InlineData("architect", "ARKTKT", "ARKTKT")]
    [InlineData("bellocchio", "PLX", "PLX")]
    [InlineData("accident", "AKSTNT", "AKSTNT")]
    [InlineData("edge", "AJ", "AJ")]
    [InlineData("edgar", "ATKR", "ATKR")]
    [InlineData("laugh", "LF", "LF")]
    [InlineData("ghost", "KST", "KST")]
    [InlineData("ghislane", "JLN", "JLN")]
    [InlineData("jose", "HS", "HS")]
    [InlineData("island", "ALNT", "ALNT")]
    [InlineData("sugar", "XKR", "SKR")]
    [InlineData("school", "SKL", "SKL")]
    [InlineData("nation", "NXN", "NXN")]
    [InlineData("pizza", "PS", "PTS")]
    [InlineData("xavier", "SF", "SFR")]
    [InlineData("wright", "RT", "RT")]
    [InlineData("wasserman", "ASRMN", "FSRMN")]
    [InlineData("filipowicz", "FLPTS", "FLPFX")]
    [InlineData("cabrillo", "KPRL", "KPR")]
    [InlineData("phantom", "FNTM", "FNTM")]
    [InlineData("mchugh", "MK", "MK")]
    [InlineData("czerny", "SRN", "XRN")]
    [InlineData("resnais", "RSN", "RSNS")]
    [InlineData("breaux", "PR", "PR")]
    [InlineData("zhao", "J", "J")]
    [InlineData("", "", "")]
    public void Words_sound_as_published(string word, string primary, string secondary) =>
        DoubleMetaphone.Encode(word).ShouldBe((primary, secondary));

    [Theory]
    [InlineData("ハス")]
    [InlineData("grön")]
    [InlineData("3d")]
    public void A_word_beyond_a_to_z_sounds_only_like_itself(string word) => DoubleMetaphone.Encode(word).ShouldBe((word, word));

    [Fact]
    public void Every_short_word_ends_in_a_code()
    {
        const string Letters = "aeckghjlmnstwxz";
        var words = Letters.SelectMany(a => Letters.SelectMany(b => Letters.SelectMany(c => Letters.Select(d => string.Concat(a, b, c, d)))));

        words.ShouldAllBe(word => DoubleMetaphone.Encode(word).Primary.Length <= 2 * word.Length);
    }
}
