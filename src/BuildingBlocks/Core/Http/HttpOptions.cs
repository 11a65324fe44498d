using System.ComponentModel.DataAnnotations;

namespace ThemePark.BuildingBlocks;

/// <summary>Section <c>Http</c>.</summary>
internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>A larger request body is refused with 413.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 2 * 1024 * 1024;
}
