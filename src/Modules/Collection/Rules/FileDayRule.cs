using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>
/// A day file may spill a day to either side (its basis, UTC or park-local, is not documented). Anything further away is
/// not of this file: writing it would make its day depend on a file that does not own it.
/// </summary>
internal sealed class FileDayRule : IObservationRule
{
    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        if (observation.Time == Presence.Value
            && (observation.Instant < observation.WindowStart || observation.Instant >= observation.WindowEnd))
        {
            decision.Reject(FindingType.OutsideFileDay);
        }
    }
}
