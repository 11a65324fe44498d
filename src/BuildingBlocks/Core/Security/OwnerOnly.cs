namespace ThemePark.BuildingBlocks;

/// <summary>Files and directories that nobody but their owner may read: what lies in them opens doors. Where files have no modes they are plain ones.</summary>
public static class OwnerOnly
{
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates a directory unless it is there; one that is keeps its mode.</summary>
    public static DirectoryInfo CreateDirectory(string path) =>
        OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, ReadWrite | UnixFileMode.UserExecute);

    /// <summary>Creates a file and writes it.</summary>
    /// <exception cref="IOException">It is there already.</exception>
    public static async Task WriteNewAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ReadWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    /// <summary>Writes a file whole: whoever reads it meanwhile finds the old one.</summary>
    public static async Task ReplaceAsync(string path, string text, CancellationToken cancellationToken)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        await WriteNewAsync(fresh, text, cancellationToken);
        File.Move(fresh, path, overwrite: true);
    }
}
