using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Unmatched;

/// <summary>What an operator may say of an entity without a ride. The API takes any casing.</summary>
internal enum Resolution
{
    Map,
    Create,
    Alias,
    Ignore,
}

internal static class Resolutions
{
    public static bool TryParse(string? text, out Resolution resolution) => EnumText.TryParse(text?.ToUpperInvariant(), out resolution);

    public static bool NeedsRide(string? text) => TryParse(text, out var resolution) && resolution is Resolution.Map or Resolution.Alias;

    public static bool RefusesRide(string? text) => TryParse(text, out var resolution) && resolution is Resolution.Create or Resolution.Ignore;
}

/// <summary>An operator's word on one entity; a ride with map and alias only.</summary>
internal sealed record Decision(int UnmatchedId, Resolution Resolution, int? RideId);
