using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

// These run on the server, or are refused by it.
#pragma warning disable CA1304, CA1305, CA1308, CA1309, CA1310, CA1311, CA1858, CA1862, CA1865, CA1866

/// <summary>One test for each thing a naive provider gets wrong without an error: it is right here, or it throws.</summary>
[Collection(ParkReads.Name)]
public sealed class SilentMistranslationTests(ParkFixture park) : ParkTestBase(park)
{
    [Fact]
    public async Task A_whole_number_divided_by_a_whole_number_is_whole()
    {
        await SameValues(r => r.Tiny / 2);
        await SameRides(r => r.Number / 2 * 2 == r.Number);
    }

    [Fact]
    public async Task Strings_added_are_joined_not_summed()
    {
        await SameRides(r => r.Name + "b" == "ab");
        await SameValues(r => r.Name + r.Note + "x");
    }

    [Fact]
    public async Task Doubles_keep_their_digits_as_literal_and_as_parameter()
    {
        var one = 1.0;
        await using var context = Park.Context();
        (await context.Rides.AverageAsync(r => r.Id % 7 == 0 ? 1.0 : 0.0)).ShouldBe(Park.Rides.Average(r => r.Id % 7 == 0 ? 1.0 : 0.0), 1e-15);
        (await context.Rides.AverageAsync(r => r.Id % 7 == 0 ? one : 0.0)).ShouldBe(Park.Rides.Average(r => r.Id % 7 == 0 ? 1.0 : 0.0), 1e-15);
        await SameValues(r => 1.0 / (r.Id + 2.0));
    }

    [Fact]
    public async Task Casts_that_would_round_or_clamp_are_refused_in_filters_and_cut_in_dotnet_elsewhere()
    {
        await Refused(r => (int)r.Amount == 1, "rounds or wraps");
        await Refused(r => (int)r.Price == 1, "rounds or wraps");
        await Refused(r => (int)r.Big == 1, "rounds or wraps");
        await Refused(r => (uint)r.Number == 1u, "rounds or wraps");
        await using var context = Park.Context();
        var found = await context.Rides.Where(r => r.Amount < 1000).OrderBy(r => r.Id).Select(r => (int)r.Amount).ToListAsync();
        found.ShouldBe(Park.Rides.Where(r => r.Amount < 1000).OrderBy(r => r.Id).Select(r => (int)r.Amount));
    }

    [Fact]
    public async Task Bit_operations_on_negative_numbers_stay_negative()
    {
        await SameRides(r => (r.Number & -2) < 0);
        await SameRides(r => (r.Number | -8) < -4);
        await SameRides(r => ~r.Number < -2);
        await Refused(r => ~r.UnsignedNumber == 0, "64 bits");
        await Refused(r => r.Number << 1 == 4, "64 bits");
    }

    [Fact]
    public async Task Instants_are_not_subtracted_on_the_server()
    {
        await Refused(r => r.At - r.SeenAt > TimeSpan.FromDays(1));
        await Refused(r => (r.At - r.At).TotalHours < 1);
        await RefusedQuery(q => q.OrderBy(r => r.At - r.At).Select(r => r.Id));
        await using var context = Park.Context();
        var found = await context.Rides.OrderBy(r => r.Id).Select(r => r.At - r.SeenAt).ToListAsync();
        found.ShouldBe(Park.Rides.OrderBy(r => r.Id).Select(r => r.At - r.SeenAt));
    }

    [Fact]
    public async Task Fractions_of_a_day_are_added_not_rounded()
    {
        var days = 1.5;
        var limit = new DateTime(2024, 3, 3, 0, 0, 0, DateTimeKind.Utc);
        await SameValues(r => r.At.AddDays(-1.5));
        await SameRides(r => r.At.Year < 9000 && r.At.AddDays(days) < limit);
        await SameRides(r => r.At.Year < 9000 && r.At.AddDays(r.Tiny / 8.0) < limit);
    }

    [Fact]
    public async Task Null_starts_with_nothing_not_even_null()
    {
        string? none = null;
        await using var context = Park.Context();
        (await context.Rides.CountAsync(r => r.Note!.StartsWith(none!))).ShouldBe(0);
        (await context.Rides.CountAsync(r => !r.Note!.StartsWith(none!))).ShouldBe(Park.Rides.Count);
        (await context.Rides.CountAsync(r => r.Note!.Contains(r.Note!))).ShouldBe(Park.Rides.Count(r => r.Note != null));
        (await context.Rides.CountAsync(r => !r.Note!.EndsWith(r.Note!))).ShouldBe(Park.Rides.Count(r => r.Note == null));
    }

    [Fact]
    public async Task The_text_of_null_is_empty()
    {
        await SameValues(r => r.Optional.ToString());
        await SameRides(r => r.Optional.ToString() == "");
    }

    [Fact]
    public async Task A_type_the_driver_or_the_server_would_cut_cannot_be_mapped()
    {
        await using var offsets = Odd<OffsetRow>();
        Should.Throw<InvalidOperationException>(() => offsets.Model).Message.ShouldContain("DateTimeOffset");
        await using var floats = Odd<FloatRow>();
        Should.Throw<InvalidOperationException>(() => floats.Model).Message.ShouldContain("float");
    }

    [Fact]
    public async Task Rounding_is_claimed_only_where_the_midpoint_goes_away_from_zero()
    {
        await SameValues(r => Math.Round(r.Price, MidpointRounding.AwayFromZero));
        await SameValues(r => Math.Round(r.Discount!.Value * 4, 1, MidpointRounding.AwayFromZero), r => r.Discount != null);
        await SameValues(r => Math.Round(r.Id + 0.5m, 0, MidpointRounding.AwayFromZero));
        await Refused(r => Math.Round(r.Price) == 2);
        await Refused(r => Math.Round(r.Price, 1) == 2);
        await Refused(r => Math.Round(r.Price, MidpointRounding.ToEven) == 2);
        await Refused(r => Math.Round(r.Amount, MidpointRounding.AwayFromZero) == 2);
    }

    [Fact]
    public async Task Binary_fractions_do_not_become_decimals_on_the_server()
    {
        await Refused(r => (decimal)r.Amount > 1, "rounds or wraps");
        await Refused(r => (double)r.Price > 1, "rounds or wraps");
        await RefusedQuery(q => q.GroupBy(r => r.Flag).Select(g => g.Sum(r => (decimal)r.Amount)));
    }

    [Fact]
    public async Task An_enum_stored_by_name_has_no_order_on_the_server()
    {
        await RefusedQuery(q => q.OrderBy(r => r.StatusName).Select(r => r.Id), "ORDER BY");
        await RefusedQuery(q => q.OrderBy(r => r.Id).ThenByDescending(r => r.OtherStatusName).Select(r => r.Id), "ORDER BY");
        await Refused(r => r.StatusName > Status.Operating, "EnumName");
        await RefusedQuery(q => q.GroupBy(r => r.Flag).Select(g => g.Max(r => r.StatusName)), "EnumName");
        await Refused(r => r.StatusName == r.StatusCode, "EnumName");
        await RefusedQuery(q => q.Join(q, a => a.StatusName, b => b.StatusCode, (a, b) => a.Id));
        await Refused(r => (int)r.StatusName + 1 == 2);
        await SameSequence(q => q.OrderBy(r => r.StatusCode).ThenBy(r => r.Id).Select(r => r.Id));
    }

    [Fact]
    public async Task The_greater_of_two_is_not_asked_of_the_server()
    {
        await Refused(r => Math.Max(r.Number, r.Tiny) == 1);
        await Refused(r => Math.Min(r.Number, 2) == 1);
        await Refused(r => EF.Functions.Greatest(r.Optional, 1) == 1);
        await Refused(r => EF.Functions.Least(r.Optional, 1) == 1);
    }

    [Fact]
    public async Task What_needs_lateral_says_so() =>
        await RefusedQuery(q => q.SelectMany(r => r.Tags.Where(t => t.Id > r.Number).OrderBy(t => t.Text).Take(1), (r, t) => new { r.Id, t.Text }), "LATERAL");

    [Fact]
    public async Task Emoji_count_as_in_dotnet()
    {
        await SameRides(r => r.Name.Length == 2);
        await SameValues(r => r.Name.Length);
    }

    [Fact]
    public async Task Texts_that_are_not_columns_keep_their_case()
    {
        var upper = "A";
        await SameRides(r => (r.Flag ? "a" : "A") == "A");
        await SameRides(r => (r.Flag ? "a" : "A") == upper);
        await SameRides(r => (r.Flag ? "ab" : "Ab").StartsWith("A", StringComparison.Ordinal));
        await using var context = Park.Context();
        (await context.Rides.Select(r => r.Flag ? "a" : "A").Distinct().CountAsync()).ShouldBe(2);
        (await context.Rides.Select(r => r.Flag ? "a" : "A").Distinct().OrderBy(s => s).ToListAsync()).ShouldBe(["A", "a"]);
    }

    [Fact]
    public async Task Empty_is_not_blank_but_trailing_blanks_do_not_count_elsewhere()
    {
        await using var context = Park.Context();
        // The rule for developers: text columns are PAD SPACE, 'a' equals 'a  '. Trim at the border.
        (await context.Rides.CountAsync(r => r.Name == "a  ")).ShouldBe(1);
        // Not so here: no ride has an empty note, and '   ' is not empty.
        (await context.Rides.CountAsync(r => (r.Name + "   ") == "")).ShouldBe(0);
        (await context.Rides.CountAsync(r => string.IsNullOrEmpty("   " + r.Name))).ShouldBe(0);
        (await context.Rides.CountAsync(r => r.Name.StartsWith("a  "))).ShouldBe(0);
    }

    [Fact]
    public async Task Text_functions_that_differ_are_refused()
    {
        await Refused(r => r.Name.Replace("a", "b") == "b");
        await Refused(r => r.Name.Trim() == "a");
        await Refused(r => r.Name.ToLower() == "a");
        await Refused(r => r.Name.ToUpperInvariant() == "A");
        await Refused(r => r.Name.Substring(1) == "b");
        await Refused(r => string.IsNullOrWhiteSpace(r.Note));
        await Refused(r => r.Name.IndexOf("a") == 0);
        await Refused(r => r.Name.StartsWith("A", StringComparison.OrdinalIgnoreCase));
        await Refused(r => string.Compare(r.Name, "m") > 0);
        await Refused(r => EF.Functions.Like(r.Name, @"back\\%"));
        await Refused(r => EF.Functions.Collate(r.Name, "utf8mb4_general_ci") == "a");
    }

    [Fact]
    public async Task Decimals_are_not_divided_or_averaged_on_the_server()
    {
        await Refused(r => r.Price / 3 > 1, "four more digits");
        await RefusedQuery(q => q.GroupBy(r => r.Flag).Select(g => g.Average(r => r.Price)), "four more digits");
    }

    [Fact]
    public async Task Doubles_are_not_floored_on_the_server()
    {
        await Refused(r => Math.Floor(r.Amount) == 1);
        await Refused(r => Math.Ceiling(r.Amount) == 1);
    }

    [Fact]
    public async Task Distinct_after_a_computation_in_dotnet_is_refused() =>
        await RefusedQuery(q => q.Select(r => r.Name.Substring(0, 0)).Distinct(), "Distinct");

    [Fact]
    public async Task A_group_by_a_number_is_not_a_column_position() =>
        await SameSequence(q => q.GroupBy(r => 2).Select(g => new { g.Key, Count = g.Count() }));

    [Fact]
    public async Task A_condition_can_stand_on_either_side_of_a_comparison()
    {
        int[] numbers = [1, 2];
        await SameRides(r => r.Flag == numbers.Contains(r.Number));
        await SameRides(r => (r.Number == 1) == r.Flag == (r.Tiny == 1));
        await SameRides(r => r.Flag != (r.Note == null));
        await SameRides(r => !r.Flag == (r.Maybe == true));
        await SameRides(r => r.Flag == r.Name.StartsWith("u", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unsigned_numbers_go_below_zero_where_dotnet_lets_them()
    {
        await SameRides(r => (long)r.UnsignedNumber - 5 < 0);
        await SameRides(r => r.UnsignedTiny - r.UnsignedSmall < -10);
        await using var context = Park.Context();
        // uint - uint wraps in .NET; the server calls it an error.
        await Should.ThrowAsync<Exception>(() => context.Rides.CountAsync(r => r.UnsignedNumber - 100u > 5));
    }

    [Fact]
    public async Task Whole_numbers_do_not_wrap_the_rule_for_developers()
    {
        await using var context = Park.Context();
        // int.MaxValue + 1 is a number for the server, and an error when it has to become an int again.
        (await context.Rides.CountAsync(r => r.Number + 1 > int.MaxValue - 1)).ShouldBe(1);
        await Should.ThrowAsync<OverflowException>(() => context.Rides.Where(r => r.Number == int.MaxValue).Select(r => new { N = r.Number + 1 }).Distinct().ToListAsync());
    }

    [Fact]
    public async Task Division_by_zero_is_null_the_rule_for_developers()
    {
        await using var context = Park.Context();
        (await context.Rides.CountAsync(r => 1 / r.Version == 0)).ShouldBe(0);
        await Should.ThrowAsync<InvalidOperationException>(() => context.Rides.Select(r => 1 / r.Version).ToListAsync());
    }

    private static OddContext<T> Odd<T>() where T : class =>
        new(new DbContextOptionsBuilder<OddContext<T>>().UseMySql("Server=nowhere;User ID=none;Database=none", ParkFixture.MySqlFlavour).Options);

    private sealed class OddContext<T>(DbContextOptions<OddContext<T>> options) : DbContext(options) where T : class
    {
        public DbSet<T> Rows => Set<T>();
    }

    private sealed class OffsetRow
    {
        public int Id { get; set; }
        public DateTimeOffset At { get; set; }
    }

    private sealed class FloatRow
    {
        public int Id { get; set; }
        public float Amount { get; set; }
    }
}
