using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>An instant more than five minutes ahead of our clock has not happened (upstream's own validator uses five minutes).</summary>
internal sealed class FutureTimestampRule : IObservationRule
{
    private const long Tolerance = 5 * 60_000;

    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        if (observation.Time == Presence.Value && observation.Instant > observation.Now + Tolerance)
        {
            decision.Reject(FindingType.FutureTimestamp);
        }
    }
}
