using Shouldly;
using ThemePark.Modules.Collection.Upstream;
using Xunit;

namespace ThemePark.UnitTests.Collection.Upstream;

public sealed class RowCountSanityTests
{
    private static readonly Guid A = LiveDocuments.Uuid(1);
    private static readonly Guid B = LiveDocuments.Uuid(2);

    [Theory]
    [InlineData(20, 10, false)]
    [InlineData(20, 9, true)]
    [InlineData(10, 5, false)]
    [InlineData(10, 4, true)]
    [InlineData(9, 1, false)]
    [InlineData(9, 0, true)]
    [InlineData(1, 0, true)]
    [InlineData(0, 0, false)]
    [InlineData(10, 30, false)]
    public void A_park_that_lost_all_or_more_than_half_of_ten_rows_is_suspicious(int before, int now, bool lost) =>
        RowCountSanity.Losses(Of((A, before)), Of((A, now))).ShouldBe(lost ? [new ParkLoss(A, before, now)] : []);

    [Fact]
    public void The_growth_of_one_park_does_not_hide_the_loss_of_another() =>
        RowCountSanity.Losses(Of((A, 30), (B, 30)), Of((A, 100))).ShouldBe([new ParkLoss(B, 30, 0)]);

    [Fact]
    public void The_first_poll_and_new_parks_lose_nothing()
    {
        RowCountSanity.Losses(Of(), Of((A, 3))).ShouldBeEmpty();
        RowCountSanity.Losses(Of((A, 3)), Of((A, 3), (B, 0))).ShouldBeEmpty();
    }

    private static Dictionary<Guid, int> Of(params (Guid Park, int Rows)[] parks) => parks.ToDictionary(p => p.Park, p => p.Rows);
}
