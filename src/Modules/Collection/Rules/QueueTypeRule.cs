using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>A queue type outside the known six is reported; the rest of the observation is kept.</summary>
internal sealed class QueueTypeRule : IObservationRule
{
    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        if (observation.UnknownQueueType)
        {
            decision.Flag(ObservationFlags.UnknownQueue);
            decision.Report(FindingType.UnknownQueueType);
        }
    }
}
