namespace ThemePark.BuildingBlocks;

/// <summary>What the upstream asks of everyone who shows its data; carried by every public answer.</summary>
public sealed record Attribution(string Text, string DataSource, string Url)
{
    /// <summary>The same in one line, where an answer has room for no more.</summary>
    public const string Line = "Powered by ThemeParks.wiki - https://themeparks.wiki";

    public static Attribution ThemeParksWiki { get; } =
        new("Powered by ThemeParks.wiki", "ThemeParks.wiki", "https://themeparks.wiki");
}
