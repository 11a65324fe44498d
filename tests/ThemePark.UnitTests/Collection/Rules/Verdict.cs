using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.UnitTests.Collection.Rules;

/// <summary>What one rule says of one observation.</summary>
internal static class Verdict
{
    public static ObservationDecision Of(IObservationRule rule, RawObservation observation)
    {
        var decision = ObservationDecision.Undecided();
        rule.Decide(in observation, ref decision);
        return decision;
    }

    /// <summary>What a decision reports, in the order of the types.</summary>
    public static FindingType[] Reported(this ObservationDecision decision) => [.. Enum.GetValues<FindingType>().Where(t => decision.Reports(t))];
}
