using System.Net;
using System.Net.Sockets;

namespace ThemePark.Host.Console.Access;

/// <summary>
/// Locks an address out that does not know a key: after five failures for a minute, then for twice as long after each further one, a quarter of an hour at
/// most. What an address did is forgotten when it signs in, or an hour after its last attempt.
/// </summary>
internal sealed class SignInLimits(TimeProvider time)
{
    internal const int Failures = 5;
    internal const int MostAddresses = 10_000;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Record> _records = new(StringComparer.Ordinal);

    /// <summary>
    /// Begins an attempt, which counts as failed until <see cref="Succeeded"/>: many at once get no more tries than one after another.
    /// Null when it may be made, else how long to wait.
    /// </summary>
    public TimeSpan? Enter(IPAddress? address)
    {
        var subject = Subject(address);
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var record = _records.GetValueOrDefault(subject);
            if (record is not null && record.LockedUntil > now)
            {
                return record.LockedUntil - now;
            }

            var failures = record is null || record.LastAt + Memory <= now ? 1 : record.Failures + 1;
            MakeRoom(subject, now);
            _records[subject] = new Record(failures, now, failures < Failures ? now : now + LockAfter(failures));
            return null;
        }
    }

    public void Succeeded(IPAddress? address)
    {
        lock (_gate)
        {
            _records.Remove(Subject(address));
        }
    }

    // 1, 2, 4, 8, 15 minutes.
    private static TimeSpan LockAfter(int failures)
    {
        var doublings = Math.Min(failures - Failures, 4);
        var length = First * (1 << doublings);
        return length < Longest ? length : Longest;
    }

    // An IPv6 network hands out more addresses than anybody can remember: it counts as one.
    private static string Subject(IPAddress? address)
    {
        if (address is null)
        {
            return "unknown";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8)) : plain.ToString();
    }

    private void MakeRoom(string subject, DateTimeOffset now)
    {
        if (_records.Count < MostAddresses || _records.ContainsKey(subject))
        {
            return;
        }

        foreach (var (old, _) in _records.Where(r => r.Value.LastAt + Memory <= now).ToList())
        {
            _records.Remove(old);
        }

        if (_records.Count >= MostAddresses)
        {
            _records.Remove(_records.MinBy(r => r.Value.LastAt).Key);
        }
    }

    private sealed record Record(int Failures, DateTimeOffset LastAt, DateTimeOffset LockedUntil);
}
