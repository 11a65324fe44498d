using Shouldly;
using ThemePark.Modules.Metadata.Syncing;
using Xunit;

namespace ThemePark.UnitTests.Metadata;

public sealed class RemovalGuardTests
{
    [Theory]
    [InlineData(30, 3, true)]
    [InlineData(29, 3, false)]
    [InlineData(100, 10, true)]
    [InlineData(100, 11, false)]
    [InlineData(2, 2, true)]
    [InlineData(3, 3, false)]
    [InlineData(0, 0, true)]
    public void More_than_a_tenth_and_more_than_two_are_not_believed(int known, int gone, bool believed) =>
        (RemovalGuard.Refusal(known, gone) is null).ShouldBe(believed);
}
