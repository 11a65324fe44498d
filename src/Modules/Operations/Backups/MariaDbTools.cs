using System.ComponentModel;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>A backup could not be made, verified or restored; the message says what and where.</summary>
internal sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Runs the server's own programs for dumping and loading. Passwords go through a file that only this user can read, never through arguments.</summary>
internal static class MariaDbTools
{
    private const int MostErrorText = 4_000;

    /// <summary>Writes the database as SQL, everything as of one instant.</summary>
    /// <exception cref="BackupException">The program failed; the message has its last words.</exception>
    public static Task DumpAsync(string connectionString, Stream into, CancellationToken cancellationToken) => RunAsync(
        MariaDbBinaries.FindClient("mariadb-dump", "mysqldump"),
        connectionString,
        ["--single-transaction", "--quick", "--skip-lock-tables", "--hex-blob", "--routines", "--triggers", "--no-tablespaces", "--skip-dump-date", "--max-allowed-packet=64M"],
        (_, output, ct) => output.CopyToAsync(into, ct),
        cancellationToken);

    /// <summary>Carries SQL out in the database of the connection string; stops at the first error.</summary>
    /// <exception cref="BackupException">As <see cref="DumpAsync"/>.</exception>
    public static Task LoadAsync(string connectionString, Stream sql, CancellationToken cancellationToken) => RunAsync(
        MariaDbBinaries.FindClient("mariadb", "mysql"),
        connectionString,
        ["--batch", "--max-allowed-packet=64M"],
        async (input, output, ct) =>
        {
            try
            {
                await sql.CopyToAsync(input, ct);
            }
            catch (IOException)
            {
                // The program has ended early; its exit code and last words tell why.
            }

            input.Close();
            await output.CopyToAsync(Stream.Null, ct);
        },
        cancellationToken);

    private static async Task RunAsync(
        string program, string connectionString, IEnumerable<string> arguments, Func<Stream, Stream, CancellationToken, Task> talk, CancellationToken cancellationToken)
    {
        var login = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = await WriteLoginAsync(login, cancellationToken);
        try
        {
            var start = new ProcessStartInfo(program, [$"--defaults-extra-file={settings}", "--default-character-set=utf8mb4", .. arguments, Word(login, "database")!])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start) ?? throw new BackupException($"{program} could not be run.");
            var errors = ReadEndAsync(process.StandardError, cancellationToken);
            try
            {
                await talk(process.StandardInput.BaseStream, process.StandardOutput.BaseStream, cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
            }
            catch
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            if (process.ExitCode != 0)
            {
                var lastWords = (await errors).Trim();
                throw new BackupException(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(program)} ended with {process.ExitCode}: {lastWords}"));
            }
        }
        catch (Win32Exception e)
        {
            throw new BackupException($"{program} could not be run: {e.Message}", e);
        }
        finally
        {
            File.Delete(settings);
        }
    }

    private static async Task<string> WriteLoginAsync(DbConnectionStringBuilder login, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("[client]\n");
        Line("host", Word(login, "server", "host") ?? "127.0.0.1");
        Line("port", Word(login, "port") ?? "3306");
        Line("protocol", "tcp");
        Line("user", Word(login, "user id", "uid", "user", "username"));
        Line("password", Word(login, "password", "pwd"));
        if (Word(login, "sslmode", "ssl mode") is { } mode && mode is not ("Disabled" or "None" or "Preferred" or "Prefered"))
        {
            text.Append("ssl\n");
            Line("ssl-ca", Word(login, "sslca", "ssl ca", "certificatefile"));
            if (mode is "VerifyFull")
            {
                text.Append("ssl-verify-server-cert\n");
            }
        }

        var path = Path.Combine(Path.GetTempPath(), $"themepark-{Guid.NewGuid():n}.cnf");
        await OwnerOnly.WriteNewAsync(path, text.ToString(), cancellationToken);
        return path;

        void Line(string key, string? value)
        {
            if (value is not null)
            {
                // Quoted as the programs read their files.
                text.Append(key).Append("=\"").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append("\"\n");
            }
        }
    }

    private static string? Word(DbConnectionStringBuilder login, params string[] keys) =>
        keys.Where(login.ContainsKey).Select(key => Convert.ToString(login[key], CultureInfo.InvariantCulture)).FirstOrDefault();

    private static async Task<string> ReadEndAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var end = new StringBuilder();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            end.AppendLine(line);
            if (end.Length > MostErrorText)
            {
                end.Remove(0, end.Length - MostErrorText);
            }
        }

        return end.ToString();
    }
}
