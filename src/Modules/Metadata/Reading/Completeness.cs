namespace ThemePark.Modules.Metadata.Reading;

/// <summary>
/// How much of one fact is known. <paramref name="NotOffered"/> are rides of which it cannot be known: upstream states it of nothing in their park.
/// Percents are null where there is nothing to count.
/// </summary>
/// <param name="Missing">Not known, though upstream states it of others in the park.</param>
/// <param name="Percent">Known, of all.</param>
/// <param name="PercentOfOffered">Known, of those that could be.</param>
internal sealed record Share(int Known, int Missing, int NotOffered, double? Percent, double? PercentOfOffered, double? NotOfferedPercent)
{
    public static Share Of(int known, int missing, int notOffered) => new(
        known,
        missing,
        notOffered,
        Rate(known, known + missing + notOffered),
        Rate(known, known + missing),
        Rate(notOffered, known + missing + notOffered));

    /// <summary>Of one park: what none has is not offered.</summary>
    public static Share OfPark(int known, int all) => known == 0 ? Of(0, 0, all) : Of(known, all - known, 0);

    public static Share Sum(IEnumerable<Share> shares)
    {
        var list = shares.ToList();
        return Of(list.Sum(s => s.Known), list.Sum(s => s.Missing), list.Sum(s => s.NotOffered));
    }

    private static double? Rate(int part, int whole) => whole == 0 ? null : Math.Round(100.0 * part / whole, 1);
}
