using System.Collections.Immutable;

namespace ThemePark.Simulator;

/// <summary>Rules tried in order; the first that fits a request decides. Safe to change while requests run.</summary>
public sealed class FaultPlan(ulong seed = 1)
{
    private ImmutableArray<Fault> _faults = [];

    /// <summary>Appends a rule.</summary>
    public FaultPlan Add(Fault fault)
    {
        ImmutableInterlocked.Update(ref _faults, faults => faults.Add(fault));
        return this;
    }

    /// <summary>Removes all rules.</summary>
    public void Clear() => ImmutableInterlocked.Update(ref _faults, _ => []);

    internal Fault? Decide(S3Operation operation, string key, int attempt)
    {
        foreach (var fault in _faults)
        {
            if ((fault.Operation is null || fault.Operation == operation)
                && attempt >= fault.Attempt
                && (fault.Count is not { } count || attempt < fault.Attempt + count)
                && Suits(fault.Kind, operation)
                && Matches(fault.Keys, key)
                && (fault.Probability >= 1 || Prng.For(seed, operation + " " + key, attempt).Unit() < fault.Probability))
            {
                return fault;
            }
        }

        return null;
    }

    private static bool Suits(FaultKind kind, S3Operation operation) => kind switch
    {
        FaultKind.EmptyListing or FaultKind.ChangingListing => operation == S3Operation.List,
        FaultKind.Truncated or FaultKind.ShortLength or FaultKind.LongLength or FaultKind.SlowBody or FaultKind.Stalled or FaultKind.HtmlBody
            => operation is S3Operation.Get or S3Operation.List,
        FaultKind.NotFound => operation is S3Operation.Get or S3Operation.Head,
        _ => true,
    };

    /// <summary>Greedy match of literal pieces between asterisks: first at the start, last at the end, the others in order.</summary>
    internal static bool Matches(string pattern, string key)
    {
        var pieces = pattern.Split('*');
        if (pieces.Length == 1)
        {
            return pattern == key;
        }

        if (!key.StartsWith(pieces[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = pieces[0].Length;
        foreach (var piece in pieces[1..^1])
        {
            var found = key.IndexOf(piece, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + piece.Length;
        }

        return key.Length - at >= pieces[^1].Length && key.EndsWith(pieces[^1], StringComparison.Ordinal);
    }
}
