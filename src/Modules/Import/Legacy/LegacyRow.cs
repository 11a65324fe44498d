using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;

namespace ThemePark.Modules.Import.Legacy;

/// <summary>One row of the legacy table, as read.</summary>
/// <param name="Status">1 to 4 as <see cref="RideStatus"/>, 0 another word, -1 NULL.</param>
/// <param name="IsOpen">1, 0, or -1 for NULL.</param>
/// <param name="Wait">Minutes; null: NULL.</param>
internal readonly record struct LegacyRow(long SnapshotId, long RideId, long Instant, int Status, int IsOpen, int? Wait, bool IsArchive);

/// <summary>What a row becomes here; the rules of every other row decide about it too.</summary>
internal static class LegacyConversion
{
    /// <summary>
    /// A poll asked for everything, so a NULL in it is a stated "no value"; an event of the archive speaks of what it has, so there a NULL is "not
    /// stated". <c>is_open</c> counts where there is no status: open is operating, not open is a word outside the known four.
    /// <c>computed_is_open</c> is derived and not read.
    /// </summary>
    /// <returns>Why the row is turned down, in the words of the findings; null: it is not.</returns>
    public static string? Convert(in LegacyRow row, long now, out SnapshotRow converted)
    {
        var absent = row.IsArchive ? Presence.NotStated : Presence.Null;
        var (presence, status) = (row.Status, row.IsOpen) switch
        {
            (> 0, _) => (Presence.Value, (RideStatus)row.Status),
            (0, _) => (Presence.Invalid, RideStatus.None),
            (_, 1) => (Presence.Value, RideStatus.Operating),
            (_, 0) => (Presence.Invalid, RideStatus.None),
            _ => (absent, RideStatus.None),
        };
        var raw = new RawObservation
        {
            EntityId = Presence.Value,
            Time = Presence.Value,
            Instant = row.Instant,
            Now = now,
            WindowStart = row.Instant,
            WindowEnd = row.Instant + 1,
            Status = presence,
            Wait = row.Wait is null ? absent : Presence.Value,
            WaitMinutes = row.Wait ?? 0,
        };
        var decision = ObservationDecision.Undecided();
        ObservationRules.Decide(in raw, ref decision);
        converted = new SnapshotRow
        {
            Instant = row.Instant,
            Status = status,
            Wait = decision.Wait,
            Flags = decision.Flags | (row.IsArchive ? ObservationFlags.LegacyArchive : ObservationFlags.None),
            Park = -1,
        };
        return decision.Rejection == FindingType.None ? null : decision.Rejection.ToUpperSnake();
    }
}
