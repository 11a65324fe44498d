using Shouldly;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Legacy;
using Xunit;

namespace ThemePark.UnitTests.Import.Legacy;

public sealed class LegacyConversionTests
{
    private const long Now = 1_770_000_000_000;
    private const ObservationFlags Both = ObservationFlags.StatusStated | ObservationFlags.WaitStated;

    [Theory]
    [InlineData(1, -1, 15, false, RideStatus.Operating, 15, Both)]
    [InlineData(2, 1, 15, false, RideStatus.Down, 15, Both)]
    [InlineData(-1, 1, 15, false, RideStatus.Operating, 15, Both)]
    [InlineData(-1, 0, null, false, RideStatus.None, SnapshotRow.NoWait, Both | ObservationFlags.UnknownStatus)]
    [InlineData(0, 1, null, false, RideStatus.None, SnapshotRow.NoWait, Both | ObservationFlags.UnknownStatus)]
    [InlineData(-1, -1, null, false, RideStatus.None, SnapshotRow.NoWait, Both)]
    [InlineData(-1, -1, null, true, RideStatus.None, SnapshotRow.NoWait, ObservationFlags.LegacyArchive)]
    [InlineData(4, -1, -2, true, RideStatus.Refurbishment, -2, Both | ObservationFlags.WaitNegative | ObservationFlags.LegacyArchive)]
    public void A_row_says_what_it_said(int status, int isOpen, int? wait, bool archive, RideStatus expected, short stored, ObservationFlags flags)
    {
        LegacyConversion.Convert(new LegacyRow(1, 1, Now - 1, status, isOpen, wait, archive), Now, out var row).ShouldBeNull();

        (row.Status, row.Wait, row.Flags, row.Instant).ShouldBe((expected, stored, flags, Now - 1));
    }

    [Theory]
    [InlineData(Now + (5 * 60_000), null)]
    [InlineData(Now + (5 * 60_000) + 1, "FUTURE_TIMESTAMP")]
    [InlineData(946_684_800_000, null)]
    [InlineData(946_684_799_999, "INVALID_TIMESTAMP")]
    public void A_time_that_cannot_be_is_turned_down_by_name(long instant, string? reason) =>
        LegacyConversion.Convert(new LegacyRow(1, 1, instant, 1, -1, 5, false), Now, out _).ShouldBe(reason);
}
