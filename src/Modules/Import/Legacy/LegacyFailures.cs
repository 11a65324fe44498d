using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Legacy;

internal static class LegacyFailures
{
    public static Failure NotBegun { get; } = Failure.NotFound("LEGACY_NOT_FOUND", "Nothing has been brought over from an existing warehouse yet.");
}
