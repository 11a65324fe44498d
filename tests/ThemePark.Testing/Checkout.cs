namespace ThemePark.Testing;

/// <summary>The clone that the tests were built in.</summary>
public static class Checkout
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <param name="path">Names of folders and of the file or folder, from the root on.</param>
    public static string PathTo(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>The text of a file.</summary>
    public static string Read(params string[] path) => File.ReadAllText(PathTo(path));

    private static string Find(DirectoryInfo? at)
    {
        for (; at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "ThemePark.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"No ThemePark.sln above {AppContext.BaseDirectory}.");
    }
}
