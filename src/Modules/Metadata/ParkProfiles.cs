using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Metadata;

/// <summary>What is known of a park that upstream does not state.</summary>
internal readonly record struct ParkProfile(ParkOperator Operator, string? Location, int? QueueTimesId);

internal static class ParkProfiles
{
    /// <summary>Told by the destination's name, then the park's.</summary>
    public static ParkProfile Of(Guid park, string? name, string? destination) => new(OperatorOf(destination) ?? OperatorOf(name) ?? ParkOperator.Other, null, null);

    private static ParkOperator? OperatorOf(string? name) =>
        name is null ? null
        : name.Contains("Disney", StringComparison.OrdinalIgnoreCase) ? ParkOperator.Disney
        : name.Contains("Universal", StringComparison.OrdinalIgnoreCase) ? ParkOperator.Universal
        : null;
}
