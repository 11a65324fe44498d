using System.Linq.Expressions;
using Xunit;

namespace ThemePark.IntegrationTests.EntityFramework;

// These run on the server, or compare with what does.
#pragma warning disable CA1305, CA1847, CA1865

/// <summary>Filters: the server finds the rides that .NET finds, with and without NOT.</summary>
[Collection(ParkReads.Name)]
public sealed class FilterTests(ParkFixture park) : ParkTestBase(park)
{
    private static readonly DateTime Instant = new DateTime(2024, 2, 28, 22, 30, 15, 123, DateTimeKind.Utc).AddHours(21).AddMilliseconds(3 * 137);
    private static readonly DateOnly Date = new(2024, 5, 1);
    private static readonly Guid Key = new(0x01234567, 7, 1, [9, 1, 2, 3, 4, 5, 6, 1]);

    public static TheoryData<string, Expression<Func<Ride, bool>>> Filters { get; } = Named(
        r => r.Flag,
        r => !r.Flag,
        r => r.Maybe == true,
        r => r.Maybe == null,
        r => r.Maybe != true,
        r => r.Flag == (r.Maybe ?? false),
        r => r.Flag ^ (r.Number > 0),
        r => r.Flag & r.Number > 0 | r.Big < 0,
        r => (!r.Flag) == (r.Number > 0),
        r => r.Number == 2,
        r => r.Number >= 1 && r.Number < 3,
        r => r.Optional == null || r.Optional > 0,
        r => r.Optional != 1,
        r => r.Optional.HasValue && r.Optional.Value < 2,
        r => r.Optional == r.Number,
        r => r.Optional != r.Number,
        r => r.Tiny < 0,
        r => r.UnsignedTiny > 100,
        r => r.Small < 0,
        r => r.UnsignedSmall == ushort.MaxValue,
        r => r.UnsignedNumber > r.Number,
        r => r.UnsignedNumber == uint.MaxValue,
        r => r.Big == long.MinValue,
        r => r.Big > 7_000_000_000L,
        r => r.UnsignedBig == ulong.MaxValue,
        r => r.UnsignedBig < 9,
        r => r.Price == 99_999_999_999_999.9999m,
        r => r.Price > 0.5m && r.Price < 20m,
        r => r.Discount == null,
        r => r.Discount >= r.Price,
        r => r.Amount > 0.1,
        r => r.Amount == double.MaxValue,
        r => r.Factor == 0.5,
        r => r.Factor < r.Amount,
        r => r.At == Instant,
        r => r.At > Instant,
        r => r.SeenAt <= r.At,
        r => r.SeenAt == null,
        r => r.Day < Date,
        r => r.ClosedOn == r.Day,
        r => r.ClosedOn >= new DateOnly(2024, 3, 10),
        r => r.Key == Key,
        r => r.OtherKey == r.Key,
        r => r.OtherKey != r.Key,
        r => r.StatusName == Status.Down,
        r => r.StatusName != Status.Down,
        r => r.OtherStatusName == r.StatusName,
        r => r.OtherStatusName == null,
        r => r.StatusCode == Status.Closed,
        r => r.StatusCode > Status.Operating,
        r => (int)r.StatusCode == 2,
        r => r.Data == null,
        r => r.Name == "racer 75 north",
        r => r.Name == "😀",
        r => r.Name == @"back\slash",
        r => r.Name != "It's",
        r => r.Name == "",
        r => r.Note == null,
        r => r.Note != null && r.Note == r.Name,
        r => r.Note != r.Name,
        r => string.IsNullOrEmpty(r.Note),
        r => string.Equals(r.Name, "a", StringComparison.Ordinal),
        r => r.Name.Equals("A", StringComparison.Ordinal),
        r => r.Name.StartsWith("Racer", StringComparison.Ordinal),
        r => r.Name.StartsWith("100%", StringComparison.Ordinal),
        r => r.Name.StartsWith("@p", StringComparison.Ordinal),
        r => r.Name.EndsWith("_score", StringComparison.Ordinal),
        r => r.Name.EndsWith(@"\", StringComparison.Ordinal),
        r => r.Name.Contains("'"),
        r => r.Name.Contains("😀", StringComparison.Ordinal),
        r => r.Name.Contains("!"),
        r => r.Name.Contains('!'),
        r => r.Name.StartsWith('!'),
        r => r.Name.EndsWith('\\'),
        r => r.Name.Contains("\0"),
        r => r.Note != null && r.Note.StartsWith("r", StringComparison.Ordinal),
        r => r.Note != null && r.Name.Contains(r.Note),
        r => r.Note != null && r.Name.EndsWith(r.Note, StringComparison.Ordinal) == false,
        r => r.Name.Length == 2,
        r => r.Name.Length > 5,
        r => (r.Flag ? "a" : "A") == "a",
        r => r.Name + "!" == "a!",
        r => r.Name + r.Note == "A" + @"\' OR 1=1 -- ",
        r => (r.Note ?? "none") == "none",
        r => (r.Optional ?? 7) == 7,
        r => r.Optional.GetValueOrDefault() == 0,
        r => r.Number % 2 == 1,
        r => r.Number / 2 == 1,
        r => r.Number.ToString() == "-3",
        r => r.Day.Year == 2025,
        r => r.At.Hour == 5,
        r => r.At.DayOfWeek == DayOfWeek.Sunday,
        r => r.At.Date == new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc),
        r => DateOnly.FromDateTime(r.At) == new DateOnly(2024, 2, 29),
        r => r.Park != null && r.Park.Name == "Alton",
        r => r.Park == null,
        r => r.Tags.Any(),
        r => r.Tags.Any(t => t.Text == "tag 2"),
        r => r.Tags.All(t => t.Text != "tag 1"),
        r => r.Tags.Count == 2,
        r => r.Tags.Count(t => t.Text.EndsWith("0", StringComparison.Ordinal)) == 0,
        r => (r.Flag ? r.Number : r.Number - 1) > 0,
        r => r.Flag == new[] { 1, 2 }.Contains(r.Number));

    [Theory]
    [MemberData(nameof(Filters))]
    public Task The_server_finds_the_rides_that_dotnet_finds(string filter, Expression<Func<Ride, bool>> expression)
    {
        _ = filter;
        return SameRides(expression);
    }

    [Fact]
    public async Task Captured_values_become_parameters_and_find_the_same()
    {
        var (flag, number, optional, big, unsignedBig) = (true, 2, (int?)null, long.MaxValue, ulong.MaxValue);
        var (price, amount, at, day, key) = (99_999_999_999_999.9999m, 0.25, Instant, Date, Key);
        var (status, code, hash) = (Status.Down, Status.Closed, new byte[] { 1, 0, (byte)'\'', (byte)'\\' });
        await SameRides(r => r.Flag == flag);
        await SameRides(r => r.Number == number);
        await SameRides(r => r.Optional == optional);
        await SameRides(r => r.Big == big);
        await SameRides(r => r.UnsignedBig == unsignedBig);
        await SameRides(r => r.Price == price);
        await SameRides(r => r.Amount > amount);
        await SameRides(r => r.At >= at);
        await SameRides(r => r.At.Year < 9000 && r.At.AddHours(1) > at);
        await SameRides(r => r.Day >= day);
        await SameRides(r => r.Key == key);
        await SameRides(r => r.StatusName == status);
        await SameRides(r => r.StatusCode == code);
        await using var context = Park.Context();
        var byHash = await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(context.Rides.Where(r => r.Hash == hash).Select(r => r.Id));
        Shouldly.ShouldBeTestExtensions.ShouldBe(byHash, Park.Rides.Where(r => r.Hash is not null && r.Hash.SequenceEqual(hash)).Select(r => r.Id));
    }

    [Fact]
    public async Task Captured_texts_are_found_whatever_they_hold()
    {
        foreach (var text in SampleRides.Texts)
        {
            await SameRides(r => r.Name == text);
        }

        foreach (var text in SampleRides.Texts.Where(t => t.Length > 0))
        {
            await SameRides(r => r.Name.StartsWith(text, StringComparison.Ordinal));
            await SameRides(r => r.Name.EndsWith(text, StringComparison.Ordinal));
            await SameRides(r => r.Name.Contains(text));
        }
    }

    [Fact]
    public async Task Lists_are_searched_with_and_without_null()
    {
        int?[] withNull = [1, null];
        int[] none = [];
        var names = new List<string> { "a", "It's", @"end\", "😀" };
        string?[] notes = ["a", null];
        Status[] statuses = [Status.Down, Status.Closed];
        var many = Enumerable.Range(5, 5_000).ToList();
        DateTime[] instants = [Instant, Instant.AddDays(1)];
        Guid[] keys = [Key, Guid.Empty];
        await SameRides(r => withNull.Contains(r.Optional));
        await SameRides(r => names.Contains(r.Name));
        await SameRides(r => notes.Contains(r.Note));
        await SameRides(r => statuses.Contains(r.StatusName));
        await SameRides(r => statuses.Contains(r.StatusCode));
        await SameRides(r => many.Contains(r.Id));
        await SameRides(r => instants.Contains(r.At));
        await SameRides(r => keys.Contains(r.Key));
        await SameRides(r => none.Contains(r.Number) || r.Number > 0);
    }

    private static TheoryData<string, Expression<Func<Ride, bool>>> Named(params Expression<Func<Ride, bool>>[] filters)
    {
        var data = new TheoryData<string, Expression<Func<Ride, bool>>>();
        foreach (var filter in filters)
        {
            data.Add(filter.Body.ToString(), filter);
        }

        return data;
    }
}
