using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Runs;

internal static class ImportFailures
{
    public static Failure NotFound(string importId) => Failure.NotFound("IMPORT_NOT_FOUND", $"There is no import {importId}.");

    public static Failure InvalidState(string importId, string status, string allowed, int httpStatus = 409) => new(
        "INVALID_STATE",
        httpStatus,
        $"Import {importId} is {status}; this call takes {allowed}.",
        new Dictionary<string, object?> { ["status"] = status, ["allowed"] = allowed });
}
