namespace ThemePark.Modules.Collection.Upstream;

/// <summary>A park of which suspiciously few rows came.</summary>
internal sealed record ParkLoss(Guid Park, int Before, int Now);

/// <summary>
/// Whole parks go missing from upstream for days and look as if nothing were there. Each park is compared with itself, so that the growth of one never
/// hides the loss of another.
/// </summary>
internal static class RowCountSanity
{
    private const int Enough = 10;

    /// <summary>The parks that have no row any more, and those of at least ten rows that lost more than half of them.</summary>
    /// <param name="before">Rows by park of the last good poll; empty when there was none.</param>
    /// <param name="now">Rows by park of this one.</param>
    public static IReadOnlyList<ParkLoss> Losses(IReadOnlyDictionary<Guid, int> before, IReadOnlyDictionary<Guid, int> now) =>
    [
        .. from park in before
           let rows = now.GetValueOrDefault(park.Key)
           where park.Value > 0 && (rows == 0 || (park.Value >= Enough && rows * 2 < park.Value))
           orderby park.Key
           select new ParkLoss(park.Key, park.Value, rows),
    ];
}
