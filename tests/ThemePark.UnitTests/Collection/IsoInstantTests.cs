using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using Xunit;

namespace ThemePark.UnitTests.Collection;

public sealed class IsoInstantTests
{
    private static readonly string[] Forms = ["yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.fffzzz", "yyyy-MM-ddTHH:mm:ss.fffffffzzz", "yyyy-MM-ddTHH:mmzzz"];

    private static readonly Gen<DateTimeOffset> Instants =
        from ticks in Gen.Choose(0, int.MaxValue)
        from fine in Gen.Choose(0, int.MaxValue)
        from offset in Gen.Choose(-14 * 60, 14 * 60)
        let span = DateTime.MaxValue.Ticks - (4 * TimeSpan.TicksPerDay)
        let at = (2 * TimeSpan.TicksPerDay) + (long)(span * (ticks / (double)int.MaxValue)) + fine
        select new DateTimeOffset(Math.Min(at, span), TimeSpan.FromMinutes(offset));

    [Fact]
    public void Every_valid_form_is_read_as_the_framework_reads_it() => Prop.ForAll(Instants.ToArbitrary(), instant =>
    {
        foreach (var form in Forms)
        {
            var text = instant.ToString(form, CultureInfo.InvariantCulture);
            var expected = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

            IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var actual, out var offset).ShouldBeTrue(text);
            (actual, offset).ShouldBe((expected.ToUnixTimeMilliseconds(), (int)expected.Offset.TotalMinutes), text);
        }

        var utc = instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        IsoInstant.TryParse(Encoding.UTF8.GetBytes(utc), out var zulu, out var none).ShouldBeTrue(utc);
        (zulu, none).ShouldBe((instant.ToUnixTimeMilliseconds(), 0), utc);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData("2024-12-25T00:05:10.644Z", 1735085110644, 0)]
    [InlineData("2024-12-24T19:05:10-05:00", 1735085110000, -300)]
    [InlineData("2024-12-25T00:05:10.6Z", 1735085110600, 0)]
    [InlineData("2024-12-25T00:05:10.6449Z", 1735085110644, 0)]
    [InlineData("2024-12-25T00:05Z", 1735085100000, 0)]
    [InlineData("2024-02-29T00:00:00+05:45", 1709144100000, 345)]
    [InlineData("1969-12-31T23:59:59.999z", -1, 0)]
    [InlineData("0001-01-01T00:00:00Z", -62135596800000, 0)]
    public void Known_instants_are_read(string text, long instant, int offset)
    {
        IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var actual, out var stated).ShouldBeTrue();
        (actual, stated).ShouldBe((instant, offset));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-12-25")]
    [InlineData("2024-12-25T00:05:10")]
    [InlineData("2024-12-25T00:05:10.644")]
    [InlineData("2024-12-25T00:05")]
    [InlineData("2024-12-25T00:05:10.Z")]
    [InlineData("2024-12-25T00:05:10.1234567890Z")]
    [InlineData("2024-12-25T00:05:10ZZ")]
    [InlineData("2024-12-25T00:05:10+5:00")]
    [InlineData("2024-12-25T00:05:10+0500")]
    [InlineData("2024-12-25T00:05:10+05:60")]
    [InlineData("2024-12-25T00:05:10+19:00")]
    [InlineData("2024-12-25T24:00:00Z")]
    [InlineData("2024-12-25T23:60:00Z")]
    [InlineData("2024-12-25T23:59:60Z")]
    [InlineData("2024-02-30T00:00:00Z")]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("2024-13-01T00:00:00Z")]
    [InlineData("2024-00-01T00:00:00Z")]
    [InlineData("2024-01-00T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2024/12/25T00:00:00Z")]
    [InlineData("2024-12-25_00:00:00Z")]
    [InlineData("2024-12-25T00-05-10Z")]
    [InlineData("2024-12-25T0a:05:10Z")]
    [InlineData("２０２４-12-25T00:05:10Z")]
    [InlineData(" 2024-12-25T00:05:10Z")]
    [InlineData("2024-12-25T00:05:10Z ")]
    public void What_is_no_instant_or_names_no_clock_is_refused(string text) =>
        IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out _, out _).ShouldBeFalse();

    [Fact]
    public void No_sequence_of_bytes_is_more_than_refused() => Prop.ForAll<byte[], int>((noise, cut) =>
    {
        IsoInstant.TryParse(noise, out _, out _).ShouldBeFalse();
        var text = Encoding.UTF8.GetBytes("2024-12-25T00:05:10.644+01:00");
        IsoInstant.TryParse(text.AsSpan(0, Math.Abs(cut % text.Length)), out _, out _).ShouldBeFalse();
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void A_day_starts_where_the_one_before_ends_before_1970_too() => Prop.ForAll(Gen.Choose(0, DateOnly.MaxValue.DayNumber).ToArbitrary(), number =>
    {
        var day = DateOnly.FromDayNumber(number);
        var start = IsoInstant.StartOf(day);

        IsoInstant.DayOf(start).ShouldBe(day);
        IsoInstant.DayOf(start + IsoInstant.MillisecondsPerDay - 1).ShouldBe(day);
        IsoInstant.ToDateTime(start).ShouldBe(day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
        IsoInstant.FromDateTime(IsoInstant.ToDateTime(start)).ShouldBe(start);
        if (number > 0)
        {
            IsoInstant.DayOf(start - 1).ShouldBe(day.AddDays(-1));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
