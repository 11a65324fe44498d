using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

// These run on the server, or compare with what does.
#pragma warning disable CA1305

/// <summary>Values computed on the server equal the values computed in .NET.</summary>
[Collection(ParkReads.Name)]
public sealed class ValueTests(ParkFixture park) : ParkTestBase(park)
{
    [Fact]
    public async Task Whole_numbers_add_multiply_and_divide_as_in_dotnet()
    {
        await SameValues(r => r.Number % 5 + 1, r => r.Number > int.MinValue + 1);
        await SameValues(r => r.Tiny * 100 - r.Small);
        await SameValues(r => r.UnsignedTiny - 100);
        await SameValues(r => (long)r.UnsignedNumber - 100);
        await SameValues(r => r.UnsignedNumber - r.Number);
        await SameValues(r => r.UnsignedNumber + r.Number, r => r.Number < 100);
        await SameValues(r => r.UnsignedNumber * 3L);
        await SameValues(r => -r.Number);
        await SameValues(r => r.Big / 1000);
        await SameValues(r => (r.Number + 10) / (r.Id + 1), r => r.Number < 1000);
        await SameValues(r => r.UnsignedBig / 2);
        await SameValues(r => Math.Abs(r.Small), r => r.Small > short.MinValue);
        await SameValues(r => (long)r.Number * r.Number);
        await SameValues(r => r.Optional + 1);
        await SameValues(r => (r.Optional ?? -1) - r.Tiny);
    }

    [Fact]
    public async Task Decimals_add_multiply_and_round_as_in_dotnet()
    {
        await SameValues(r => r.Price + 0.0001m, r => r.Price < 1000);
        await SameValues(r => r.Price * 3.5m - r.Discount, r => r.Price < 1000);
        await SameValues(r => r.Price * r.Id);
        await SameValues(r => r.Price % 1m);
        await SameValues(r => Math.Abs(r.Price));
        await SameValues(r => Math.Floor(r.Price));
        await SameValues(r => Math.Ceiling(r.Price));
        await SameValues(r => -r.Price);
        await SameValues(r => (decimal)r.Number + 0.5m);
    }

    [Fact]
    public async Task Doubles_keep_every_digit()
    {
        await SameValues(r => r.Amount * 0.1);
        await SameValues(r => r.Amount / 3, r => r.Amount < 1e300);
        await SameValues(r => r.Amount + 1.0 / 3, r => r.Amount < 1e300);
        await SameValues(r => Math.Abs(r.Amount));
        await SameValues(r => -r.Amount, r => r.Amount != 0);
        await SameValues(r => r.Amount % 2, r => r.Amount > 0 && r.Amount < 1e300);
        await SameValues(r => (double)r.Number / 7);
        await SameValues(r => r.Factor * 1.5);
        var third = 1.0 / 3;
        await SameValues(r => (r.Factor ?? third) * third);
    }

    [Fact]
    public async Task Bits_are_signed()
    {
        await SameValues(r => r.Number & 3);
        await SameValues(r => r.Number | -8);
        await SameValues(r => r.Number ^ 5);
        await SameValues(r => ~r.Number);
        await SameValues(r => r.Big & -2L);
        await SameValues(r => ~r.Big);
        await SameValues(r => r.UnsignedNumber | 4u);
    }

    [Fact]
    public async Task Texts_join_and_convert_as_in_dotnet()
    {
        await SameValues(r => r.Name + "/" + r.Note);
        await SameValues(r => r.Note + @"\'");
        await SameValues(r => r.Name.Length);
        await SameValues(r => r.Number.ToString().Length);
        await SameValues(r => r.Big.ToString());
        await SameValues(r => r.UnsignedBig.ToString());
        await SameValues(r => r.Optional.ToString());
        await SameValues(r => "n" + r.Number.ToString());
        await SameValues(r => r.Note ?? "-");
        await SameValues(r => r.Flag ? r.Name : r.Note);
    }

    [Fact]
    public async Task Parts_of_dates_are_those_of_dotnet()
    {
        await SameValues(r => r.At.Year);
        await SameValues(r => r.At.Month);
        await SameValues(r => r.At.Day);
        await SameValues(r => r.At.Hour);
        await SameValues(r => r.At.Minute);
        await SameValues(r => r.At.Second);
        await SameValues(r => r.At.Millisecond);
        await SameValues(r => r.At.DayOfYear);
        await SameValues(r => r.At.DayOfWeek);
        await SameValues(r => r.At.Date);
        await SameValues(r => DateOnly.FromDateTime(r.At));
        await SameValues(r => r.Day.Year * 10000 + r.Day.Month * 100 + r.Day.Day);
        await SameValues(r => r.Day.DayOfWeek);
        await SameValues(r => r.Day.DayOfYear);
    }

    [Fact]
    public async Task Dates_move_as_in_dotnet()
    {
        await SameValues(r => r.At.AddDays(1), r => r.At.Year < 9000);
        await SameValues(r => r.At.AddDays(-0.5), r => r.At.Year < 9000);
        await SameValues(r => r.At.AddHours(r.Id), r => r.At.Year < 9000);
        await SameValues(r => r.At.AddMinutes(1.5), r => r.At.Year < 9000);
        await SameValues(r => r.At.AddSeconds(-90));
        await SameValues(r => r.At.AddMilliseconds(-1));
        await SameValues(r => r.At.AddMonths(-1));
        await SameValues(r => r.At.AddYears(-1));
        await SameValues(r => r.SeenAt!.Value.AddMonths(13), r => r.SeenAt != null);
        await SameValues(r => r.Day.AddDays(-30));
        await SameValues(r => r.Day.AddMonths(-12));
        await SameValues(r => r.ClosedOn!.Value.AddYears(1), r => r.ClosedOn != null);
        var days = 2.25;
        await SameValues(r => r.At.AddDays(days), r => r.At.Year < 9000);
    }

    [Fact]
    public async Task Columns_of_every_type_come_out_of_projections_as_they_are()
    {
        await SameValues(r => r.Name);
        await SameValues(r => r.Note);
        await SameValues(r => r.Flag);
        await SameValues(r => r.Maybe);
        await SameValues(r => r.Tiny);
        await SameValues(r => r.UnsignedTiny);
        await SameValues(r => r.Small);
        await SameValues(r => r.UnsignedSmall);
        await SameValues(r => r.UnsignedNumber);
        await SameValues(r => r.Big);
        await SameValues(r => r.UnsignedBig);
        await SameValues(r => r.Price);
        await SameValues(r => r.Discount);
        await SameValues(r => r.Amount);
        await SameValues(r => r.Factor);
        await SameValues(r => r.At);
        await SameValues(r => r.SeenAt);
        await SameValues(r => r.Day);
        await SameValues(r => r.ClosedOn);
        await SameValues(r => r.Key);
        await SameValues(r => r.OtherKey);
        await SameValues(r => r.StatusName);
        await SameValues(r => r.OtherStatusName);
        await SameValues(r => r.StatusCode);
        await SameValues(r => r.Number > 0);
        await SameValues(r => r.Maybe == true && r.Optional > 0);
        await SameValues(r => new { r.Park!.Name, r.Park.Country }, r => r.Park != null);
        await SameValues(r => r.Tags.Count);
    }
}
