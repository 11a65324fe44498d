using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace ThemePark.Simulator;

/// <summary>Rules tried in order; the first that fits a request decides. Safe to change while requests run.</summary>
public sealed class LiveFaultPlan(ulong seed = 1)
{
    private ImmutableArray<Rule> _rules = [];

    /// <summary>What is in the plan.</summary>
    public IReadOnlyList<LiveFault> Faults => [.. _rules.Select(r => r.Fault)];

    /// <summary>Appends a rule; its requests are counted from here.</summary>
    public LiveFaultPlan Add(LiveFault fault)
    {
        var rule = new Rule(fault);
        ImmutableInterlocked.Update(ref _rules, rules => rules.Add(rule));
        return this;
    }

    /// <summary>Removes all rules.</summary>
    public void Clear() => ImmutableInterlocked.Update(ref _rules, _ => []);

    internal LiveHit? Decide(LiveRequest request, DateTimeOffset now)
    {
        foreach (var rule in _rules)
        {
            var fault = rule.Fault;
            if ((fault.IsOfRows && !request.HasRows)
                || !FaultPlan.Matches(fault.Path, request.Path)
                || (fault.Destination is { } wanted && !request.IsOf(wanted))
                || now < fault.From
                || now >= fault.Until)
            {
                continue;
            }

            var attempt = rule.Attempts.AddOrUpdate(request.Path, 1, (_, n) => n + 1);
            if (attempt >= fault.Attempt
                && (fault.Count is not { } count || attempt < fault.Attempt + count)
                && (fault.Probability >= 1 || Prng.For(seed, request.Path, attempt).Unit() < fault.Probability))
            {
                return new LiveHit(fault, fault.From ?? rule.Began(now));
            }
        }

        return null;
    }

    private sealed class Rule(LiveFault fault)
    {
        private readonly Lock _gate = new();
        private DateTimeOffset? _began;

        public LiveFault Fault { get; } = fault;

        public ConcurrentDictionary<string, int> Attempts { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset Began(DateTimeOffset now)
        {
            lock (_gate)
            {
                return _began ??= now;
            }
        }
    }
}

/// <summary>The fault that hits a request, and since when it does.</summary>
internal sealed record LiveHit(LiveFault Fault, DateTimeOffset Since);

/// <summary>A request as faults and log see it.</summary>
internal sealed record LiveRequest(string Path, DestinationModel? Destination, bool HasRows)
{
    public bool IsOf(string destination) =>
        Destination is { } own && (own.Id.Equals(destination, StringComparison.OrdinalIgnoreCase) || own.Slug == destination);
}
