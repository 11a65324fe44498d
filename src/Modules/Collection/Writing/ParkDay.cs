using System.Security.Cryptography;

namespace ThemePark.Modules.Collection.Writing;

/// <summary>What one park gets of a day: the ledger entry in the making. Instants are milliseconds since 1970-01-01 UTC.</summary>
internal sealed class ParkDay(int parkId) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public int ParkId { get; } = parkId;

    public List<int> Rides { get; } = [];

    public int Rows { get; set; }

    public int Queues { get; set; }

    public int Shows { get; set; }

    public long First { get; set; } = long.MaxValue;

    public long Last { get; set; } = long.MinValue;

    /// <summary>Of the rides' rows, each ride's hashed by itself and all of them combined: a poll is added to its day, in whatever order polls came.</summary>
    public byte[] Checksum { get; private set; } = new byte[SHA256.HashSizeInBytes];

    public void AddRide(ReadOnlySpan<byte> snapshots, ReadOnlySpan<byte> queues, ReadOnlySpan<byte> shows)
    {
        _hash.AppendData(snapshots);
        _hash.AppendData(queues);
        _hash.AppendData(shows);
        Checksum = Combine(Checksum, _hash.GetHashAndReset());
    }

    public static byte[] Combine(byte[] one, byte[] other)
    {
        var both = new byte[SHA256.HashSizeInBytes];
        for (var i = 0; i < both.Length; i++)
        {
            both[i] = (byte)(one[i] ^ other[i]);
        }

        return both;
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>Ascending ids as LEB128 differences: 250 rides take some 300 bytes.</summary>
    public static byte[] Pack(IReadOnlyList<int> rides)
    {
        using var packed = new MemoryStream(rides.Count * 2);
        var previous = 0;
        foreach (var ride in rides)
        {
            var difference = (uint)(ride - previous);
            previous = ride;
            while (difference >= 0x80)
            {
                packed.WriteByte((byte)(difference | 0x80));
                difference >>= 7;
            }

            packed.WriteByte((byte)difference);
        }

        return packed.ToArray();
    }

    public static IEnumerable<int> Unpack(byte[] packed)
    {
        var ride = 0;
        var at = 0;
        while (at < packed.Length)
        {
            var shift = 0;
            uint difference = 0;
            byte part;
            do
            {
                part = packed[at++];
                difference |= (uint)(part & 0x7F) << shift;
                shift += 7;
            }
            while ((part & 0x80) != 0);

            ride += (int)difference;
            yield return ride;
        }
    }
}
