using Shouldly;
using ThemePark.Modules.Storage;
using ThemePark.Modules.Storage.Growth;
using ThemePark.Modules.Storage.Measuring;
using Xunit;

namespace ThemePark.UnitTests.Storage;

public sealed class CapacityTests
{
    private static readonly Measurement Measured = new() { DataBytes = 900, OnDiskBytes = 300, OtherBytes = 200, VolumeBytes = 10_000, VolumeFreeBytes = 2_500 };

    [Fact]
    public void A_configured_limit_is_filled_by_the_database_alone()
    {
        var capacity = Capacity.Of(Measured, new StorageOptions { CapacityGb = 1000 / Sizes.BytesPerGb }).ShouldNotBeNull();

        (capacity.Source, Math.Round(capacity.LimitBytes), capacity.UsedBytes).ShouldBe((Capacity.Configured, 1000, 500));
        capacity.PercentUsed.ShouldBe(50, tolerance: 1e-6);
        capacity.DaysUntilFull(5).ShouldNotBeNull().ShouldBe(100, tolerance: 1e-6);
    }

    [Fact]
    public void A_volume_is_filled_by_everybody_on_it()
    {
        var capacity = Capacity.Of(Measured, new StorageOptions()).ShouldNotBeNull();

        capacity.ShouldBe(new Capacity(10_000, 7_500, Capacity.OfVolume));
        capacity.DaysUntilFull(25).ShouldBe(100);
        capacity.DaysUntilFull(0).ShouldBeNull("it never comes");
    }

    [Fact]
    public void Without_either_nothing_is_known() => Capacity.Of(Measured with { VolumeBytes = null }, new StorageOptions()).ShouldBeNull();

    [Fact]
    public void A_full_disk_is_full_today() => new Capacity(10, 12, Capacity.OfVolume).DaysUntilFull(-1).ShouldBe(0);
}
