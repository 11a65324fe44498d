using System.Globalization;

namespace ThemePark.Modules.Metadata.Syncing;

/// <summary>
/// Whole parks go missing from upstream's lists for days, and come back. A list that lacks more than a tenth of what a park had, and more than two
/// entities, is not believed.
/// </summary>
internal static class RemovalGuard
{
    public const int Harmless = 2;

    /// <summary>Why nothing of the park may be changed by this list; null when it may.</summary>
    /// <param name="known">Entities of the park listed so far.</param>
    /// <param name="gone">Those of them that are listed nowhere now.</param>
    public static string? Refusal(int known, int gone) =>
        gone > Harmless && gone * 10 > known
            ? string.Create(CultureInfo.InvariantCulture, $"{gone} of {known} entities are no longer listed: more than a tenth")
            : null;
}
