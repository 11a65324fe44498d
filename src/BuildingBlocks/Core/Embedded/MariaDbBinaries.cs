using System.Diagnostics;

namespace ThemePark.BuildingBlocks;

/// <summary>The MariaDB programs of this machine.</summary>
/// <param name="Server">Full path of <c>mariadbd</c> (or <c>mysqld</c>, as older packages call it).</param>
/// <param name="Installer">Full path of <c>mariadb-install-db</c>.</param>
/// <param name="Version">First line of <c>mariadbd --version</c>.</param>
public sealed record MariaDbBinaries(string Server, string Installer, string Version)
{
    // Debian keeps servers in sbin, which is not on every user's PATH.
    private static readonly string[] UsualDirectories =
        ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/bin", "/usr/local/bin", "/usr/local/mysql/bin", "/opt/homebrew/bin"];

    /// <summary>Looks on PATH and in the usual places, or only in <paramref name="directories"/> when given.</summary>
    /// <exception cref="EmbeddedMariaDbException">Nothing usable; the message names the package to install.</exception>
    public static async Task<MariaDbBinaries> FindAsync(IReadOnlyList<string>? directories, CancellationToken ct)
    {
        var places = directories ?? [.. PathDirectories(), .. UsualDirectories];
        var server = First(places, "mariadbd") ?? First(places, "mysqld") ?? throw Missing("No MariaDB server (mariadbd or mysqld)", places);
        var version = await VersionAsync(server, ct);
        if (!version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase))
        {
            throw new EmbeddedMariaDbException(
                $"{server} is not MariaDB ({version}). Install mariadb-server, or start that server yourself and set ConnectionStrings__ThemePark.");
        }

        var installer = First([Path.GetDirectoryName(server)!, .. places], "mariadb-install-db")
            ?? First(places, "mysql_install_db")
            ?? throw Missing($"{server} is here, but its mariadb-install-db is not", places);
        return new MariaDbBinaries(server, installer, version);
    }

    /// <summary>A client program of MariaDB, or of MySQL where that is what is installed.</summary>
    /// <exception cref="EmbeddedMariaDbException">Neither is there; the message names the package to install.</exception>
    public static string FindClient(string name, string formerName)
    {
        IReadOnlyList<string> places = [.. PathDirectories(), .. UsualDirectories];
        return First(places, name) ?? First(places, formerName) ?? throw new EmbeddedMariaDbException(
            $"Neither {name} nor {formerName} is in {string.Join(", ", places.Distinct())}. Install it (Debian, Ubuntu: `apt-get install mariadb-client`).");
    }

    private static EmbeddedMariaDbException Missing(string what, IEnumerable<string> places) => new(
        $"{what} in {string.Join(", ", places.Distinct())}. Install it (Debian, Ubuntu: `apt-get install mariadb-server`; "
        + "Fedora: `dnf install mariadb-server`; macOS: `brew install mariadb`), or set ConnectionStrings__ThemePark to a server of your own.");

    private static string[] PathDirectories() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static string? First(IEnumerable<string> directories, string name) =>
        directories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    private static async Task<string> VersionAsync(string server, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(server, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new EmbeddedMariaDbException($"{server} could not be run.");
        var text = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return text.Split('\n')[0].Trim();
    }
}
