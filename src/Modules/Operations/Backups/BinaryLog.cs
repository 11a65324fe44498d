using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Backups;

/// <summary>What the server says of its log just now.</summary>
/// <param name="Now">UTC by its clock.</param>
/// <param name="Files">The files it has, the oldest first; none when it writes no log.</param>
internal sealed record LogState(DateTime Now, IReadOnlyList<string> Files);

/// <summary>
/// The binary log of the server: every change since it was begun, in the order of commits. It is read over the network as a replica reads it, so that it
/// does not matter on which machine the server is.
/// </summary>
internal sealed partial class BinaryLog(MySqlDatabase database)
{
    /// <summary>Null when changes can be carried out again from the log; else why not, as a sentence.</summary>
    public async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (isOn, format) = await connection.QuerySingleAsync<(long IsOn, string Format)>(new CommandDefinition(SelectSettings, cancellationToken: cancellationToken));
        if (isOn == 0)
        {
            return "The server writes no binary log.";
        }

        if (format != "ROW")
        {
            return $"The server's binlog_format is {format}; what is not ROW does not lead to the same rows again.";
        }

        // MariaDB's: the position of a transaction's own snapshot. Other servers would have to be locked for it.
        return await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(SelectSnapshot, cancellationToken: cancellationToken)) is null
            ? "The server does not say which position of its log belongs to a copy; MariaDB does."
            : null;
    }

    /// <summary>What it has now.</summary>
    /// <exception cref="BackupException">The server does not answer, or the user may not ask.</exception>
    public async Task<LogState> StateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var (isOn, now) = await connection.QuerySingleAsync<(long IsOn, DateTime Now)>(new CommandDefinition(SelectNow, cancellationToken: cancellationToken));
            var files = isOn == 0 ? [] : await connection.QueryAsync<(string Name, long Bytes)>(new CommandDefinition(SelectFiles, cancellationToken: cancellationToken));
            return new LogState(DateTime.SpecifyKind(now, DateTimeKind.Utc), [.. files.Select(f => f.Name)]);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            throw new BackupException($"The server does not say what it has of its log: {e.Message}", e);
        }
    }

    /// <summary>What tells a file from another of the same name, as of a server that was set up anew.</summary>
    /// <exception cref="BackupException">It cannot be read, as without REPLICATION SLAVE.</exception>
    public async Task<string> StampAsync(string file, CancellationToken cancellationToken)
    {
        var head = Begun().Match(await MariaDbTools.HeadOfLogAsync(database.ConnectionString, file, cancellationToken));
        return head.Success
            ? string.Create(CultureInfo.InvariantCulture, $"20{head.Groups["date"].Value} {head.Groups["time"].Value} server {head.Groups["server"].Value}")
            : throw new BackupException($"The head of the server's {file} cannot be read.");
    }

    /// <summary>UTC by the server's clock, whole seconds: what the log goes by.</summary>
    public async Task<DateTime> NowAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return DateTime.SpecifyKind(await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition("SELECT UTC_TIMESTAMP()", cancellationToken: cancellationToken)), DateTimeKind.Utc);
    }

    /// <summary>Carries out, in a database of the same name on another server, what was committed between a place and an instant (UTC, whole seconds).</summary>
    /// <exception cref="BackupException">The log ends early, or what it says does not fit the rows.</exception>
    public async Task ReplayAsync(LogPlace from, DateTime until, string name, MySqlDatabase into, CancellationToken cancellationToken)
    {
        var files = (await StateAsync(cancellationToken)).Files.SkipWhile(f => f != from.File);
        await MariaDbTools.ReplayAsync(database.ConnectionString, files, from.Position, until, name, into.ConnectionString, cancellationToken);
    }

    private const string SelectSettings = "SELECT @@GLOBAL.log_bin, @@GLOBAL.binlog_format";

    private const string SelectSnapshot = "SHOW STATUS LIKE 'binlog_snapshot_file'";

    private const string SelectNow = "SELECT @@GLOBAL.log_bin, UTC_TIMESTAMP()";

    private const string SelectFiles = "SHOW BINARY LOGS";

    [GeneratedRegex(@"^#(?<date>\d{6}) +(?<time>\d+:\d\d:\d\d) server id (?<server>\d+) .*\bStart: binlog v", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Begun();
}
