using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace ThemePark.Modules.Operations.Deploying;

/// <summary>The releases on this machine and which of them is current.</summary>
internal sealed class Releases(IOptions<DeployOptions> options)
{
    private const string Program = "ThemePark.Host.dll";
    private static readonly string[] Needed = [Program, "ThemePark.Host.deps.json", "ThemePark.Host.runtimeconfig.json"];

    public string Root => Path.GetFullPath(options.Value.Root);

    public string PathOf(string release) => Path.Combine(Root, "releases", release);

    private string Link => Path.Combine(Root, "current");

    /// <summary>The name of the current release; null: there is none.</summary>
    public string? Current() =>
        new DirectoryInfo(Link) is { LinkTarget: { } target } ? Path.GetFileName(target.TrimEnd('/')) : null;

    /// <summary>What a release lacks; empty: nothing.</summary>
    public IReadOnlyList<string> Missing(string release) =>
        IsName(release) && Directory.Exists(PathOf(release))
            ? [.. Needed.Where(file => !File.Exists(Path.Combine(PathOf(release), file))).Select(file => Path.Combine(PathOf(release), file))]
            : [PathOf(release)];

    /// <summary>Points <c>current</c> at a release, in one step: whoever starts sees the one or the other.</summary>
    public async Task SwitchAsync(string release, CancellationToken cancellationToken)
    {
        var fresh = Link + ".new";
        File.Delete(fresh);
        File.CreateSymbolicLink(fresh, Path.Combine("releases", release));
        // The framework moves no link that points to a directory; -T keeps the link from being moved into what the old one points to.
        using var move = Process.Start(new ProcessStartInfo("mv", ["-T", "-f", fresh, Link]) { RedirectStandardError = true })
            ?? throw new DeployException("mv could not be run.");
        var errors = await move.StandardError.ReadToEndAsync(cancellationToken);
        await move.WaitForExitAsync(cancellationToken);
        if (move.ExitCode != 0)
        {
            throw new DeployException($"{Link} could not be pointed at {release}: {errors.Trim()}");
        }
    }

    /// <summary>Takes the link <c>current</c> away: before the first deployment there was none. A directory of that name is somebody's, and stays.</summary>
    public void Unlink()
    {
        if (Current() is not null)
        {
            File.Delete(Link);
        }
    }

    private static bool IsName(string release) => release.Length > 0 && release[0] != '.' && release == Path.GetFileName(release);
}
