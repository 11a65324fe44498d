using System.Data;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Brings a database to the schema of this build, one runner at a time: a second one waits for the lock and finds the work done.
/// </summary>
public sealed class MigrationRunner(
    MySqlDatabase database, MigrationSet? migrations = null, TimeProvider? time = null, ILogger<MigrationRunner>? logger = null)
{
    // The table exists, the column exists, the key name exists, nothing to drop, unknown table.
    private static readonly int[] DoneBefore = [1050, 1060, 1061, 1091, 1051];
    private readonly MigrationSet _migrations = migrations ?? MigrationSet.Embedded;
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ILogger _log = logger ?? NullLogger<MigrationRunner>.Instance;

    /// <summary>
    /// Creates the database when it is missing and runs every pending step, but for those that take away (<see cref="Migration.IsContract"/>): they are run
    /// here only where nothing was before.
    /// </summary>
    /// <exception cref="MigrationException">See <see cref="MigrationChecks"/>, or a statement failed.</exception>
    public async Task<MigrationReport> UpAsync(CancellationToken ct)
    {
        await MigrationDatabase.CreateIfMissingAsync(database, ct);
        return await RunAsync((migration, entries) => !migration.IsContract || entries.Count == 0, ct);
    }

    /// <summary>Runs the pending steps that take away what only an earlier release used.</summary>
    /// <exception cref="MigrationException">As <see cref="UpAsync"/>.</exception>
    public Task<MigrationReport> ContractAsync(CancellationToken ct) => RunAsync((migration, _) => migration.IsContract, ct);

    /// <summary>Nobody migrates this database until the result is disposed of.</summary>
    public async Task<IAsyncDisposable> HoldAsync(CancellationToken ct)
    {
        var connection = await database.OpenDedicatedAsync(ct);
        try
        {
            return new Hold(connection, await MigrationLock.TakeAsync(connection, _log, ct));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<MigrationReport> RunAsync(Func<Migration, IReadOnlyList<MigrationEntry>, bool> wanted, CancellationToken ct)
    {
        await using var connection = await database.OpenDedicatedAsync(ct);
        await using var mutex = await MigrationLock.TakeAsync(connection, _log, ct);
        var journal = new MigrationJournal(connection, _time);
        await journal.EnsureAsync(ct);
        var entries = await journal.ReadAsync(ct);
        MigrationChecks.ThrowIfUnsound(_migrations, entries);
        var pending = _migrations.Migrations.Where(migration => wanted(migration, entries) && !entries.Any(entry => entry.Version == migration.Version && entry.IsApplied)).ToList();
        if (pending.Count > 0)
        {
            await MigrationDatabase.RequireCollationAsync(connection, ct);
        }

        foreach (var migration in pending)
        {
            await ApplyAsync(connection, journal, migration, entries.FirstOrDefault(entry => entry.Version == migration.Version), ct);
        }

        return new MigrationReport([.. pending.Select(migration => migration.FileName)], _migrations.LastVersion);
    }

    /// <summary>Takes the last <paramref name="count"/> versions back, newest first; an unfinished one counts.</summary>
    public async Task<MigrationReport> DownAsync(int count, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (!await MigrationDatabase.ExistsAsync(database, ct))
        {
            return new MigrationReport([], 0);
        }

        await using var connection = await database.OpenDedicatedAsync(ct);
        await using var mutex = await MigrationLock.TakeAsync(connection, _log, ct);
        var journal = new MigrationJournal(connection, _time);
        await journal.EnsureAsync(ct);
        var entries = await journal.ReadAsync(ct);
        var undone = new List<string>();
        foreach (var entry in entries.OrderByDescending(entry => entry.Version).Take(count))
        {
            var migration = MigrationChecks.FileForDown(_migrations, entry);
            foreach (var statement in migration.Down)
            {
                await ExecuteAsync(connection, migration.DownFileName, statement, ct);
            }

            await journal.RemoveAsync(migration, ct);
            _log.LogInformation("Took back {Migration}", migration.FileName);
            undone.Add(migration.DownFileName);
        }

        return new MigrationReport(undone, entries.Select(entry => entry.Version).Order().SkipLast(count).LastOrDefault());
    }

    /// <summary>Every version this build or the database knows, in order. Changes nothing.</summary>
    public async Task<IReadOnlyList<MigrationStatus>> StatusAsync(CancellationToken ct)
    {
        if (!await MigrationDatabase.ExistsAsync(database, ct))
        {
            return MigrationChecks.Compare(_migrations, []);
        }

        await using var connection = await database.OpenAsync(ct);
        var journal = new MigrationJournal(connection, _time);
        return MigrationChecks.Compare(_migrations, await journal.ExistsAsync(ct) ? await journal.ReadAsync(ct) : []);
    }

    /// <summary>What is wrong with the schema: unfinished, changed, unknown or pending versions, missing tables. Empty when all is well.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken ct)
    {
        var problems = new List<string>();
        foreach (var status in await StatusAsync(ct))
        {
            var problem = status.Problem ?? (status is { State: MigrationState.Pending, AwaitsContract: false } ? "not applied; run `./themepark db migrate`" : null);
            if (problem is not null)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{status.Version:0000}_{status.Name}: {problem}"));
            }
        }

        if (await MigrationDatabase.ExistsAsync(database, ct))
        {
            await using var connection = await database.OpenAsync(ct);
            problems.AddRange(await MigrationDatabase.MissingTablesAsync(connection, _migrations, ct));
        }

        return problems;
    }

    private sealed class Hold(SafeMySqlConnection connection, MigrationLock held) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await held.DisposeAsync();
            await connection.DisposeAsync();
        }
    }

    private async Task ApplyAsync(
        SafeMySqlConnection connection, MigrationJournal journal, Migration migration, MigrationEntry? earlier, CancellationToken ct)
    {
        var done = earlier?.StatementsDone ?? 0;
        var inDoubt = earlier is { State: MigrationJournal.Running };
        _log.LogInformation("Applying {Migration} from statement {Statement} of {Statements}", migration.FileName, done + 1, migration.Up.Count);
        var watch = Stopwatch.StartNew();
        await journal.BeginAsync(migration, ct);
        foreach (var statement in migration.Up.Skip(done))
        {
            try
            {
                await ExecuteAsync(connection, migration.FileName, statement, ct);
            }
            catch (MigrationException e) when (inDoubt && MySqlErrors.Number(e) is { } number && DoneBefore.Contains(number))
            {
                // The runner before was killed between this statement and its note in the journal.
                _log.LogWarning("{Migration}: statement {Statement} was carried out by a run that was killed", migration.FileName, statement.Number);
            }
            catch (MigrationException e)
            {
                await journal.FailAsync(migration, e.Message, CancellationToken.None);
                throw;
            }

            inDoubt = false;
            await journal.ProgressAsync(migration, statement.Number, ct);
        }

        await journal.FinishAsync(migration, watch.Elapsed, ct);
    }

    private static async Task ExecuteAsync(SafeMySqlConnection connection, string file, SqlStatement statement, CancellationToken ct)
    {
        try
        {
            // No time limit: rebuilding a table of a billion rows takes as long as it takes.
            await connection.ExecuteAsync(new CommandDefinition(statement.Text, commandTimeout: 0, commandType: CommandType.Text, cancellationToken: ct));
        }
        catch (Exception e) when (MySqlErrors.Number(e) is { } number)
        {
            throw new MigrationException(
                string.Create(CultureInfo.InvariantCulture, $"{file}, statement {statement.Number} (line {statement.Line}) failed with error {number}: {e.Message} ")
                + "Repair the rest of the file from that statement on and run `./themepark db migrate` again, or take the version back with `./themepark db down 1`.",
                e);
        }
    }
}
