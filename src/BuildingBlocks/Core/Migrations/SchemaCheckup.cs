namespace ThemePark.BuildingBlocks;

/// <summary>The schema against the migrations of this build.</summary>
internal sealed class SchemaCheckup(MigrationRunner migrations) : ICheckup
{
    public string Name => "schema";

    public Layer Layer => Layer.Schema;

    public string Compares => "the database's schema with this build's";

    public async Task<CheckupFindings> CheckAsync(CheckupScope scope, CancellationToken cancellationToken)
    {
        var versions = await migrations.StatusAsync(cancellationToken);
        return new CheckupFindings(
            versions.Count,
            versions.Count,
            [
                .. versions.Where(v => v.State != MigrationState.Applied || v.Problem is not null).Select(v => new Ailment(
                    $"Schema version {v.Version} is {v.State.ToUpperSnake()}{(v.Problem is null ? "" : $": {v.Problem}")}", Remedy.ByHand, "See db status and db verify.")),
            ]);
    }

    public Task CureAsync(IReadOnlyList<Ailment> ailments, CancellationToken cancellationToken) => Task.CompletedTask;
}
