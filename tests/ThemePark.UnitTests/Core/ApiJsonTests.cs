using System.Globalization;
using System.Text.Json;
using Shouldly;
using ThemePark.BuildingBlocks;
using Xunit;

namespace ThemePark.UnitTests.Core;

public sealed class ApiJsonTests
{
    private enum State
    {
        InProgress,
        CompletedWithErrors,
    }

    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(0.0, "0.0")]
    [InlineData(-3.0, "-3.0")]
    [InlineData(1.25, "1.25")]
    [InlineData(0.1, "0.1")]
    [InlineData(123456789012.0, "123456789012.0")]
    [InlineData(1e300, "1E+300")]
    public void Real_numbers_carry_a_point_or_an_exponent(double value, string json)
    {
        Write(value).ShouldBe(json);
        Write((double?)value).ShouldBe(json);
        JsonSerializer.Deserialize<double>(json, ApiJson.Options).ShouldBe(value);
    }

    [Fact]
    public void Every_real_type_is_written_so()
    {
        Write(2f).ShouldBe("2.0");
        Write(2m).ShouldBe("2.0");
        Write(2.50m).ShouldBe("2.50");
        Write(decimal.MaxValue).ShouldBe("79228162514264337593543950335.0");
        Write(new Dictionary<string, object?> { ["1_year"] = 5d }).ShouldBe("""{"1_year":5.0}""");
        Write(2).ShouldBe("2");
        Write((double?)null).ShouldBe("null");
    }

    [Fact]
    public void A_number_that_is_none_is_refused_rather_than_written()
    {
        Should.Throw<JsonException>(() => Write(double.NaN));
        Should.Throw<JsonException>(() => Write(float.PositiveInfinity));
    }

    [Fact]
    public void Real_numbers_do_not_follow_the_servers_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

            Write(new object[] { 1.5, 2.5m, 3.5f }).ShouldBe("[1.5,2.5,3.5]");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Instants_are_utc_with_milliseconds()
    {
        var instant = new DateTime(2026, 11, 21, 7, 5, 9, DateTimeKind.Utc);

        Write(instant).ShouldBe("\"2026-11-21T07:05:09.000Z\"");
        Write(DateTime.SpecifyKind(instant.AddMilliseconds(7), DateTimeKind.Unspecified)).ShouldBe("\"2026-11-21T07:05:09.007Z\"");
        Write(new DateTimeOffset(2026, 11, 21, 9, 5, 9, TimeSpan.FromHours(2))).ShouldBe("\"2026-11-21T07:05:09.000Z\"");
        Write(new DateOnly(2026, 2, 3)).ShouldBe("\"2026-02-03\"");
    }

    [Theory]
    [InlineData("\"2026-11-21T07:05:09Z\"", 7)]
    [InlineData("\"2026-11-21T09:05:09.000+02:00\"", 7)]
    [InlineData("\"2026-11-21T02:05:09-05:00\"", 7)]
    public void An_instant_with_an_offset_is_read_as_utc(string json, int hour)
    {
        var read = JsonSerializer.Deserialize<DateTime>(json, ApiJson.Options);

        read.ShouldBe(new DateTime(2026, 11, 21, hour, 5, 9, DateTimeKind.Utc));
        read.Kind.ShouldBe(DateTimeKind.Utc);
    }

    [Theory]
    [InlineData("\"2026-11-21T07:05:09\"")]
    [InlineData("\"2026-11-21\"")]
    [InlineData("5")]
    public void An_instant_without_an_offset_is_refused(string json)
    {
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<DateTime>(json, ApiJson.Options));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(json, ApiJson.Options));
    }

    [Fact]
    public void Enums_are_upper_snake_both_ways()
    {
        Write(State.CompletedWithErrors).ShouldBe("\"COMPLETED_WITH_ERRORS\"");
        JsonSerializer.Deserialize<State>("\"IN_PROGRESS\"", ApiJson.Options).ShouldBe(State.InProgress);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<State>("1", ApiJson.Options));
        State.InProgress.ToUpperSnake().ShouldBe("IN_PROGRESS");
        EnumText.TryParse<State>("InProgress", out _).ShouldBeFalse();
        EnumText.TryParse<State>("COMPLETED_WITH_ERRORS", out var state).ShouldBeTrue();
        state.ShouldBe(State.CompletedWithErrors);
    }

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, ApiJson.Options);
}
