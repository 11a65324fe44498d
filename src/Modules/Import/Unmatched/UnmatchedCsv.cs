using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Unmatched;

/// <summary>Entities without a ride, for a spreadsheet: one row each, with the best two rides it may be. Instants are UTC.</summary>
internal static class UnmatchedCsv
{
    /// <summary>Of one file.</summary>
    public const int MostRows = 10_000;

    public const string FileName = "unmatched.csv";

    private static readonly string[] Columns =
    [
        "unmatched_id", "destination", "park", "name", "uuid", "external_id", "kind", "status", "reason", "occurrences", "days", "first_seen", "last_seen",
        "candidate_ride_id", "candidate_name", "candidate_score", "second_ride_id", "second_name", "second_score", "resolution", "ride_id", "note",
    ];

    public static Task WriteAsync(Stream stream, IReadOnlyList<UnmatchedView> entities, CancellationToken cancellationToken) =>
        CsvFile.WriteAsync(stream, Columns, entities.Select(Fields), cancellationToken);

    private static IReadOnlyList<string?> Fields(UnmatchedView entity)
    {
        var (first, second) = (entity.Candidates.ElementAtOrDefault(0), entity.Candidates.ElementAtOrDefault(1));
        return
        [
            Text(entity.UnmatchedId), entity.DestinationName, entity.Park?.Name, entity.Name, entity.EntityUuid.ToString(), entity.ExternalId, entity.Kind,
            entity.Status, entity.Reason, Text(entity.Occurrences), Text(entity.Days), Text(entity.FirstSeen), Text(entity.LastSeen),
            Text(first?.RideId), first?.Name, Text(first?.Score), Text(second?.RideId), second?.Name, Text(second?.Score),
            entity.Resolution, Text(entity.RideId), entity.Note,
        ];
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Text(DateTime? instant) => instant?.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
