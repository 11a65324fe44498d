using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>
/// The stated local offset must be the zone's at that instant. The UTC instant is what we keep; the flag says that upstream's
/// clock arithmetic was off (Universal Hollywood was stamped Eastern for years).
/// </summary>
internal sealed class OffsetRule : IObservationRule
{
    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        if (observation is { LocalOffset: Presence.Value, ZoneOffset: Presence.Value }
            && observation.LocalOffsetMinutes != observation.ZoneOffsetMinutes)
        {
            decision.Flag(ObservationFlags.OffsetMismatch);
            decision.Report(FindingType.OffsetMismatch);
        }
    }
}
