namespace ThemePark.BuildingBlocks;

/// <summary>Section <c>Metrics</c>.</summary>
internal sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>Whoever reaches the port may read <c>/metrics</c>, without a key.</summary>
    public bool Anonymous { get; set; }
}
