using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>An observation without a readable entity UUID belongs to nobody.</summary>
internal sealed class IdentityRule : IObservationRule
{
    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        if (observation.EntityId != Presence.Value)
        {
            decision.Reject(FindingType.MissingField);
        }
    }
}
