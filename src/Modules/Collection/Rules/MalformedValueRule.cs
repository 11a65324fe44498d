using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Collection.Rules;

/// <summary>A part of a queue or show time that cannot be read is stored as null and reported.</summary>
internal sealed class MalformedValueRule : IObservationRule
{
    public void Decide(in RawObservation observation, ref ObservationDecision decision)
    {
        if (observation.MalformedValue)
        {
            decision.Report(FindingType.MalformedValue);
        }
    }
}
