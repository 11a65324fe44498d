using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Polling;

/// <summary>Eight bytes that differ when what upstream says differs: the first of a SHA-256, so that they mean the same in every process.</summary>
internal static class StateHash
{
    public const int Bytes = 8;

    /// <summary>Of status, wait and the queues; not of the instant.</summary>
    public static byte[] OfState(in SnapshotRow row, ReadOnlySpan<QueueRow> queues)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, (long)row.Status, row.Wait, (long)(row.Flags & ~(ObservationFlags.ShowtimesStated | ObservationFlags.ShowtimesUnchanged)));
        foreach (ref readonly var queue in queues)
        {
            Add(
                hash, (long)queue.Type, (long)queue.State, (long)queue.Flags, queue.Wait, queue.ReturnStart, queue.ReturnEnd, queue.PriceMinor, queue.Currency,
                queue.GroupStart, queue.GroupEnd, queue.NextAllocation, queue.EstimatedWait);
        }

        return hash.GetHashAndReset()[..Bytes];
    }

    public static byte[] OfShows(ReadOnlySpan<ShowRow> shows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ref readonly var show in shows)
        {
            Add(hash, show.Start, show.End);
            hash.AppendData(Encoding.UTF8.GetBytes(show.Kind ?? "\0"));
            hash.AppendData("\n"u8);
        }

        return hash.GetHashAndReset()[..Bytes];
    }

    public static string OfPart(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, Bytes));

    private static void Add(IncrementalHash hash, params ReadOnlySpan<long> values)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            hash.AppendData(bytes);
        }
    }
}
