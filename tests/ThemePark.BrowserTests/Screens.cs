namespace ThemePark.BrowserTests;

/// <summary>Where pictures of pages go: below <c>artifacts</c>, which git ignores.</summary>
internal static class Screens
{
    public static string Directory { get; } = Path.Combine(Root().FullName, "artifacts", "screens");

    private static DirectoryInfo Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "ThemePark.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is in no folder with ThemePark.sln.");
        }

        return at;
    }
}
