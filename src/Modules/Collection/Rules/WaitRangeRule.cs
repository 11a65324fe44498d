using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>Waits are kept as stated and flagged: negative codes, 480 minutes and more, above a day, not a whole number.</summary>
internal sealed class WaitRangeRule : IObservationRule
{
    private const double Extreme = 480;
    private const double Implausible = 1440;

    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        switch (observation.Wait)
        {
            case Presence.NotStated:
                return;
            case Presence.Null:
                decision.Flag(ObservationFlags.WaitStated);
                return;
            case Presence.Invalid:
                decision.Flag(ObservationFlags.WaitStated | ObservationFlags.WaitAdjusted);
                decision.Report(FindingType.WaitTimeOutOfRange);
                return;
            default:
                decision.Flag(ObservationFlags.WaitStated);
                Judge(observation.WaitMinutes, ref decision);
                return;
        }
    }

    private static void Judge(double minutes, ref ObservationDecision decision)
    {
        var flags = minutes switch
        {
            < 0 => ObservationFlags.WaitNegative,
            > Implausible => ObservationFlags.WaitExtreme | ObservationFlags.WaitImplausible,
            >= Extreme => ObservationFlags.WaitExtreme,
            _ => ObservationFlags.None,
        };
        if (flags != ObservationFlags.None)
        {
            decision.Flag(flags);
            decision.Report(FindingType.WaitTimeOutOfRange);
        }

        // short.MinValue stands for null in a row.
        var stored = Math.Clamp(Math.Round(minutes, MidpointRounding.AwayFromZero), short.MinValue + 1, short.MaxValue);
        if (stored != minutes)
        {
            decision.Flag(ObservationFlags.WaitAdjusted);
        }

        decision.StoreWait((short)stored);
    }
}
