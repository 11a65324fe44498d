using System.Globalization;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Collection.Partitions;

/// <summary>Monthly partitions of the row tables against the calendar.</summary>
internal sealed class PartitionCheckup(PartitionKeeper keeper) : ICheckup
{
    public string Name => "partitions";

    public Layer Layer => Layer.Partitions;

    public string Compares => "monthly partitions with the months to come";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        var missing = await keeper.CountMissingAsync(cancellationToken);
        return new CheckupFindings(1, 1, missing == 0
            ? []
            : [new Ailment(string.Create(CultureInfo.InvariantCulture, $"{missing} monthly partitions of the next three months are missing."), Remedy.Safe, "--fix makes them.")]);
    }

    public Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken) =>
        keeper.EnsureAsync(DateOnly.MaxValue, DateOnly.MinValue, cancellationToken);
}
