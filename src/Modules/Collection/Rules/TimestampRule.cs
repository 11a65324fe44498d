using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>An observation needs an instant; a missing one is a missing field, an unreadable or ancient one is invalid.</summary>
internal sealed class TimestampRule : IObservationRule
{
    /// <summary>2000-01-01T00:00:00Z: nothing was recorded before, such values are epoch artefacts.</summary>
    private const long Earliest = 946_684_800_000;

    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        switch (observation.Time)
        {
            case Presence.Value when observation.Instant >= Earliest:
                break;
            case Presence.NotStated or Presence.Null:
                decision.Reject(FindingType.MissingField);
                break;
            default:
                decision.Reject(FindingType.InvalidTimestamp);
                break;
        }
    }
}
