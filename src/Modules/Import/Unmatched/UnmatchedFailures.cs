using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Unmatched;

internal static class UnmatchedFailures
{
    public static Failure NotFound(int unmatchedId) => Failure.NotFound("UNMATCHED_NOT_FOUND", $"There is no unmatched entity {unmatchedId}.");
}
