using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>A status word outside the known four is kept as unknown, never as closed.</summary>
internal sealed class StatusRule : IObservationRule
{
    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        if (observation.Status != Presence.NotStated)
        {
            decision.Flag(ObservationFlags.StatusStated);
        }

        if (observation.Status == Presence.Invalid)
        {
            decision.Flag(ObservationFlags.UnknownStatus);
            decision.Report(FindingType.UnknownStatus);
        }
    }
}
