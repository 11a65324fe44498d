using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Analytics.Rollups;

/// <summary>The ledger against the watermarks of the figures: whether something waits to be computed.</summary>
internal sealed class WatermarkCheckup(DirtyDays dirty, RollupRunner rollup) : ICheckup
{
    public string Name => "rollup_days";

    public Layer Layer => Layer.Figures;

    public string Compares => "the ledger with the days the figures have";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        var (waiting, _) = await dirty.WaitingAsync(cancellationToken);
        return new CheckupFindings(1, 1, waiting == 0
            ? []
            : [new Ailment(string.Create(CultureInfo.InvariantCulture, $"{waiting} ledger entries are not in the figures."), Remedy.Safe, "--fix computes their days.")]);
    }

    public Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken) => rollup.RunAsync(null, cancellationToken);
}
