namespace ThemePark.Simulator;

/// <summary>Small facts of the live world that depend on names alone.</summary>
internal static class LiveNames
{
    /// <summary>2024-05-14T13:36:04Z: rows nobody maintains carry such a time for years.</summary>
    public const long LongAgoMs = 1_715_693_764_000;

    public static readonly string[] Restaurants =
    [
        "The Copper Ladle", "Café Carambole", "Noodle Lantern", "Quill & Anchor", "Grumblewick’s Griddle", "Sugar Comet", "The Long Table", "Kelp & Chips",
    ];

    public static readonly string[] Hotels = ["The Grand Lantern", "Driftwood Lodge", "Hotel Meridian", "The Clocktower Inn"];

    /// <summary>Small letters and digits only; null when nothing is left.</summary>
    public static string? Slug(string name)
    {
        var slug = string.Concat(name.ToLowerInvariant().Where(c => c is >= 'a' and <= 'z' or >= '0' and <= '9'));
        return slug.Length == 0 ? null : slug;
    }

    /// <summary>The same number below <paramref name="bound"/> for the same name, whatever the seed.</summary>
    public static int Draw(string name, int bound) => Prng.For(7, name).Below(bound);
}
