using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Unmatched;

internal static class UnmatchedFailures
{
    public static Failure NotFound(int unmatchedId) => Failure.NotFound("UNMATCHED_NOT_FOUND", $"There is no unmatched entity {unmatchedId}.");

    /// <summary>It cannot be resolved in this state.</summary>
    public static Failure InvalidState(int unmatchedId, string status) => InState(status, $"Unmatched entity {unmatchedId} is {status}.");

    public static Failure NotIgnored(int unmatchedId, string status) =>
        InState(status, $"Unmatched entity {unmatchedId} is {status}; only an ignored one can be reopened.");

    private static Failure InState(string status, string message) =>
        new("INVALID_STATE", StatusCodes.Status409Conflict, message, new Dictionary<string, object?> { ["status"] = status });
}
