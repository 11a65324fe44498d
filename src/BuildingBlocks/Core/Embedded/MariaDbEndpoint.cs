using System.Text.Json;

namespace ThemePark.BuildingBlocks;

/// <summary>Where the server of a directory is, as <c>endpoint.json</c> tells the other processes of this machine.</summary>
/// <param name="Pid">Process id of the server, for which the process must still be checked: ids are reused.</param>
/// <param name="Port">Loopback port; kept over restarts while it is free.</param>
/// <param name="Server">Version line, for people.</param>
internal sealed record MariaDbEndpoint(int Pid, int Port, string Server)
{
    private const string FileName = "endpoint.json";

    public static async Task<MariaDbEndpoint?> ReadAsync(MariaDbDirectory directory, CancellationToken ct)
    {
        try
        {
            return JsonSerializer.Deserialize<MariaDbEndpoint>(await File.ReadAllTextAsync(PathIn(directory), ct), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public async Task WriteAsync(MariaDbDirectory directory, CancellationToken ct)
    {
        var fresh = PathIn(directory) + ".new";
        await File.WriteAllTextAsync(fresh, JsonSerializer.Serialize(this, JsonSerializerOptions.Web), ct);
        File.Move(fresh, PathIn(directory), overwrite: true);
    }

    private static string PathIn(MariaDbDirectory directory) => Path.Combine(directory.Root, FileName);
}
