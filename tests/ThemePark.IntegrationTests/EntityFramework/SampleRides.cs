namespace ThemePark.IntegrationTests.EntityFramework;

/// <summary>Nulls, emoji, quotes, backslashes, extreme numbers and millisecond instants; the same on every run.</summary>
internal static class SampleRides
{
    public static readonly string[] Texts =
    [
        "Racer 75 North", "racer 75 north", "Racer 75 South", "", "It's", "quote\"d", @"back\slash", @"end\", @"\' OR 1=1 -- ", "100%", "100x", "under_score",
        "underXscore", "tab\there", "new\nline", "nul\0byte", "™ 😀 漢", "😀", "é", "e\u0301", "!bang", "@p0", "?", "`tick`", "a", "A", "ab", "/* c */", "{0}", "😀😀x",
    ];

    public static (IReadOnlyList<Park> Parks, IReadOnlyList<Ride> Rides) Create()
    {
        Park[] parks = [new() { Name = "Alton", Country = "GB" }, new() { Name = "Phantasia", Country = "DE" }, new() { Name = "Empty", Country = null }];
        var start = new DateTime(2024, 2, 28, 22, 30, 15, 123, DateTimeKind.Utc);
        var rides = new List<Ride>();
        for (var i = 0; i < Texts.Length; i++)
        {
            rides.Add(new Ride
            {
                Park = i % 5 == 0 ? null : parks[i % 2],
                Name = Texts[i],
                Note = i % 3 == 0 ? null : Texts[^(i + 1)],
                Flag = i % 2 == 0,
                Maybe = (i % 3) switch { 0 => null, 1 => true, _ => false },
                Tiny = (sbyte)(i % 4 - 2),
                UnsignedTiny = (byte)(i * 8),
                Small = (short)(i * 100 - 1500),
                UnsignedSmall = (ushort)(i * 2000),
                Number = i % 7 - 3,
                Optional = i % 4 == 0 ? null : i % 5 - 2,
                UnsignedNumber = (uint)i,
                Big = i * 1_000_000_007L - 7_000_000_000L,
                UnsignedBig = (ulong)i * 3,
                Price = i * 1.2345m - 10m,
                Discount = i % 6 == 0 ? null : i / 8m - 1m,
                Amount = i * 0.75 - 5,
                Factor = i % 5 == 0 ? null : i / 4.0,
                At = start.AddHours(i * 7).AddMilliseconds(i * 137),
                SeenAt = i % 4 == 1 ? null : start.AddDays(-i * 40),
                Day = DateOnly.FromDateTime(start).AddDays(i * 11),
                ClosedOn = i % 3 == 1 ? null : new DateOnly(2024, 2, 29).AddDays(i),
                Key = new Guid(i * 0x01234567, (short)(i * 7), (short)i, [(byte)(i * 9), 1, 2, 3, 4, 5, 6, (byte)i]),
                OtherKey = i % 2 == 0 ? null : new Guid(i * 0x01234567, (short)(i * 7), (short)i, [(byte)(i * 9), 1, 2, 3, 4, 5, 6, (byte)i]),
                StatusName = (Status)(i % 3 + 1),
                OtherStatusName = i % 4 == 0 ? null : (Status)(i % 2 + 1),
                StatusCode = (Status)(i % 3 + 1),
                Data = i % 2 == 0 ? null : $"{{\"n\": {i}}}",
                Hash = i % 3 == 0 ? null : [(byte)i, 0, (byte)'\'', (byte)'\\'],
                Tags = Enumerable.Range(0, i % 4).Select(n => new Tag { Text = $"tag {n}" }).ToList(),
            });
        }

        // The ends of every range.
        rides[1].Tiny = sbyte.MinValue;
        rides[2].Tiny = sbyte.MaxValue;
        rides[3].UnsignedTiny = byte.MaxValue;
        rides[4].Small = short.MinValue;
        rides[5].UnsignedSmall = ushort.MaxValue;
        rides[6].Number = int.MinValue + 1;
        rides[7].Number = int.MaxValue;
        rides[8].UnsignedNumber = uint.MaxValue;
        rides[9].Big = long.MinValue;
        rides[10].Big = long.MaxValue;
        rides[11].UnsignedBig = ulong.MaxValue;
        rides[12].Price = 99_999_999_999_999.9999m;
        rides[13].Price = -99_999_999_999_999.9999m;
        rides[14].Amount = double.MaxValue;
        rides[15].Amount = double.Epsilon * (1L << 60);
        rides[16].At = new DateTime(9999, 12, 31, 23, 59, 59, 999, DateTimeKind.Utc);
        rides[17].Day = DateOnly.MaxValue;
        rides[18].Key = Guid.AllBitsSet;

        // Columns that are equal, now and then.
        rides[0].ClosedOn = rides[0].Day;
        rides[19].Note = rides[19].Name;
        rides.Single(r => r.Name == "A").Note = @"\' OR 1=1 -- ";
        foreach (var ride in rides)
        {
            ride.Park?.Rides.Add(ride);
        }

        return (parks, rides);
    }
}
