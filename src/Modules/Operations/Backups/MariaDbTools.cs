using System.ComponentModel;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>A backup could not be made, verified or restored; the message says what and where.</summary>
internal sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Runs the server's own programs for dumping and loading. Passwords go through a file that only this user can read, never through arguments.</summary>
internal static partial class MariaDbTools
{
    private const int MostErrorText = 4_000;
    private const int MostHead = 64 << 10;
    private static readonly string[] DumpOptions =
    [
        "--default-character-set=utf8mb4", "--single-transaction", "--quick", "--skip-lock-tables", "--hex-blob", "--routines", "--triggers", "--no-tablespaces",
        "--skip-dump-date", "--max-allowed-packet=64M",
    ];

    // Events of the log come in statements as long as the change was; the server that takes them must allow as much.
    private static readonly string[] LoadOptions = ["--default-character-set=utf8mb4", "--batch", "--max-allowed-packet=1G"];

    /// <summary>Writes the database as SQL, everything as of one instant.</summary>
    /// <param name="atLog">Told the file and position of the binary log that belong to the instant, once it has passed; null where the server does not tell.</param>
    /// <exception cref="BackupException">The program failed; the message has its last words.</exception>
    public static Task DumpAsync(string connectionString, Stream into, Func<string, long, Task>? atLog, CancellationToken cancellationToken) => RunAsync(
        MariaDbBinaries.FindClient("mariadb-dump", "mysqldump"),
        connectionString,
        [.. DumpOptions, .. atLog is null ? Array.Empty<string>() : ["--master-data=2"], DatabaseOf(connectionString)],
        (_, output, ct) => atLog is null ? output.CopyToAsync(into, ct) : CopyAsync(output, into, atLog, ct),
        cancellationToken);

    /// <summary>Loads one database into another, on the same server or not.</summary>
    /// <exception cref="BackupException">As <see cref="DumpAsync"/>.</exception>
    public static Task CopyAsync(string from, string to, CancellationToken cancellationToken) => RunAsync(
        MariaDbBinaries.FindClient("mariadb-dump", "mysqldump"), from, [.. DumpOptions, DatabaseOf(from)], (_, output, ct) => LoadAsync(to, output, ct), cancellationToken);

    /// <summary>Carries SQL out in the database of the connection string; stops at the first error.</summary>
    /// <exception cref="BackupException">As <see cref="DumpAsync"/>.</exception>
    public static Task LoadAsync(string connectionString, Stream sql, CancellationToken cancellationToken) => LoadAsync(connectionString, sql, [], cancellationToken);

    /// <summary>The first lines about a file of the server's binary log, as text.</summary>
    /// <exception cref="BackupException">As <see cref="DumpAsync"/>; also when there is no such file, or the user may not read it.</exception>
    public static async Task<string> HeadOfLogAsync(string connectionString, string file, CancellationToken cancellationToken)
    {
        var head = "";
        await RunAsync(
            LogReader(),
            connectionString,
            // Ends with the first event, which describes the file.
            ["--read-from-remote-server", "--stop-position=5", file],
            async (_, output, ct) => head = await new StreamReader(output, Encoding.Latin1).ReadToEndAsync(ct),
            cancellationToken);
        return head;
    }

    /// <summary>Carries out in another server what the binary log has of one database, from a position in the first file to the first event of an instant or later.</summary>
    /// <param name="until">UTC, whole seconds: that is how exactly the log knows it.</param>
    /// <exception cref="BackupException">As <see cref="DumpAsync"/>.</exception>
    public static Task ReplayAsync(
        string connectionString, IEnumerable<string> files, long position, DateTime until, string database, string into, CancellationToken cancellationToken) => RunAsync(
        LogReader(),
        connectionString,
        [
            "--read-from-remote-server",
            $"--database={database}",
            string.Create(CultureInfo.InvariantCulture, $"--start-position={position}"),
            string.Create(CultureInfo.InvariantCulture, $"--stop-datetime={until:yyyy-MM-dd HH:mm:ss}"),
            .. files,
        ],
        // Statements may hold any byte.
        (_, output, ct) => LoadAsync(into, output, ["--binary-mode"], ct),
        cancellationToken);

    // Backups can be made and listed without it; nothing leads on from them then.
    private static string LogReader()
    {
        try
        {
            return MariaDbBinaries.FindClient("mariadb-binlog", "mysqlbinlog");
        }
        catch (EmbeddedMariaDbException e)
        {
            throw new BackupException(e.Message, e);
        }
    }

    private static Task LoadAsync(string connectionString, Stream sql, string[] more, CancellationToken cancellationToken) => RunAsync(
        MariaDbBinaries.FindClient("mariadb", "mysql"),
        connectionString,
        [.. LoadOptions, .. more, DatabaseOf(connectionString)],
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

    // The place in the log stands in the first lines of a dump, before any row.
    private static async Task CopyAsync(Stream dump, Stream into, Func<string, long, Task> atLog, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (head.Length < MostHead && await dump.ReadAsync(buffer, cancellationToken) is > 0 and var got)
        {
            await into.WriteAsync(buffer.AsMemory(0, got), cancellationToken);
            head.Append(Encoding.Latin1.GetString(buffer, 0, got));
            if (LogPosition().Match(head.ToString()) is { Success: true } place)
            {
                await atLog(place.Groups["file"].Value, long.Parse(place.Groups["position"].Value, CultureInfo.InvariantCulture));
                break;
            }
        }

        await dump.CopyToAsync(into, cancellationToken);
    }

    private static async Task RunAsync(
        string program, string connectionString, IEnumerable<string> arguments, Func<Stream, Stream, CancellationToken, Task> talk, CancellationToken cancellationToken)
    {
        var login = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = await WriteLoginAsync(login, cancellationToken);
        try
        {
            var start = new ProcessStartInfo(program, [$"--defaults-extra-file={settings}", .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // The programs read and write instants in the zone of their environment.
            start.Environment["TZ"] = "UTC";
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
                // The client shows the statement before the error, rows and all.
                var lastWords = (await errors).Trim();
                lastWords = lastWords.Split('\n').LastOrDefault(l => l.StartsWith("ERROR", StringComparison.Ordinal)) ?? lastWords;
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

    private static string DatabaseOf(string connectionString) => Word(new DbConnectionStringBuilder { ConnectionString = connectionString }, "database")!;

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

    [GeneratedRegex(@"^-- CHANGE MASTER TO MASTER_LOG_FILE='(?<file>[^']+)', MASTER_LOG_POS=(?<position>\d+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex LogPosition();
}
