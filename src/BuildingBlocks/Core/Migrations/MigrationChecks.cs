using System.Globalization;

namespace ThemePark.BuildingBlocks;

/// <summary>Compares what was run with what this build holds.</summary>
internal static class MigrationChecks
{
    public static IReadOnlyList<MigrationStatus> Compare(MigrationSet set, IReadOnlyList<MigrationEntry> entries)
    {
        var files = set.Migrations.ToDictionary(migration => migration.Version);
        var rows = entries.ToDictionary(entry => entry.Version);
        var contracts = files.Values.Where(migration => migration.IsContract).Select(migration => migration.Version).ToHashSet();
        var last = entries.Where(entry => entry.IsApplied && !contracts.Contains(entry.Version)).Select(entry => entry.Version).DefaultIfEmpty().Max();
        return
        [
            .. files.Keys.Union(rows.Keys).Order().Select(version =>
                rows.GetValueOrDefault(version) is { IsApplied: true } row && version > set.LastVersion && !Migration.IsContractName(row.Name)
                    ? Newer(row)
                    : Status(files.GetValueOrDefault(version), rows.GetValueOrDefault(version), last)),
        ];
    }

    /// <exception cref="MigrationException">Names every version that must not be built upon.</exception>
    public static void ThrowIfUnsound(MigrationSet set, IReadOnlyList<MigrationEntry> entries)
    {
        var unsound = Compare(set, entries).Where(status => status.Problem is not null && !IsRepairable(set, entries, status)).ToList();
        if (unsound.Count > 0)
        {
            throw new MigrationException(string.Join(
                Environment.NewLine,
                unsound.Select(status => string.Create(CultureInfo.InvariantCulture, $"{status.Version:0000}_{status.Name}.sql: {status.Problem}"))));
        }
    }

    /// <exception cref="MigrationException">The file is not in this build, or its way back is not the one that was checked in with it.</exception>
    public static Migration FileForDown(MigrationSet set, MigrationEntry entry)
    {
        var migration = set.Migrations.FirstOrDefault(migration => migration.Version == entry.Version)
            ?? throw new MigrationException(string.Create(
                CultureInfo.InvariantCulture, $"{entry.Version:0000}_{entry.Name}.sql: {Unknown}"));
        return migration.DownChecksum == entry.DownChecksum || !entry.IsApplied
            ? migration
            : throw new MigrationException($"{migration.DownFileName}: it has changed since the version was applied ({entry.DownChecksum[..12]} then, {migration.DownChecksum[..12]} now)");
    }

    private const string Unknown = "applied here, but this build does not have it; a newer build must have been here";

    private static bool IsRepairable(MigrationSet set, IReadOnlyList<MigrationEntry> entries, MigrationStatus status) =>
        status.State is MigrationState.Unfinished
        && set.Migrations.FirstOrDefault(migration => migration.Version == status.Version) is { } migration
        && entries.First(entry => entry.Version == status.Version) is var entry
        && (entry.StatementsDone is 0 || MigrationJournal.ChecksumOf(migration, entry.StatementsDone) == entry.DoneChecksum);

    // A newer build only adds unless its file says otherwise: this one goes on working, which is what a way back needs.
    private static MigrationStatus Newer(MigrationEntry row) => new(
        row.Version, row.Name, MigrationState.Applied, DateTime.SpecifyKind(row.AppliedAt, DateTimeKind.Utc), TimeSpan.FromMilliseconds(row.DurationMs), row.AppliedBy, null)
    {
        IsNewer = true,
    };

    private static MigrationStatus Status(Migration? file, MigrationEntry? row, int last)
    {
        if (row is null && file!.IsContract && last > 0)
        {
            return new MigrationStatus(file.Version, file.Name, MigrationState.Pending, null, null, null, null) { AwaitsContract = true };
        }

        if (row is null)
        {
            var problem = file!.Version < last
                ? string.Create(CultureInfo.InvariantCulture, $"never applied, but {last:0000} was: a new file takes the next free number after the last")
                : null;
            return new MigrationStatus(file.Version, file.Name, MigrationState.Pending, null, null, null, problem);
        }

        var state = row.IsApplied ? MigrationState.Applied : MigrationState.Unfinished;
        return new MigrationStatus(
            row.Version, row.Name, state, DateTime.SpecifyKind(row.AppliedAt, DateTimeKind.Utc), TimeSpan.FromMilliseconds(row.DurationMs), row.AppliedBy, Problem(file, row));
    }

    private static string? Problem(Migration? file, MigrationEntry row)
    {
        if (file is null)
        {
            return Unknown;
        }

        if (!row.IsApplied)
        {
            var ending = row.Error ?? "its runner was killed";
            return string.Create(CultureInfo.InvariantCulture, $"{row.StatementsDone} of {file.Up.Count} statements are done, then: {ending}")
                + (row.StatementsDone > 0 && MigrationJournal.ChecksumOf(file, row.StatementsDone) != row.DoneChecksum
                    ? " The statements that are done have changed in the file since: restore them, or take the version back with `./themepark db down 1`."
                    : "");
        }

        return file.Checksum != row.Checksum
            ? $"its text has changed since it was applied ({row.Checksum[..12]} then, {file.Checksum[..12]} now): restore it and add a new file"
            : file.DownChecksum != row.DownChecksum
                ? $"{file.DownFileName} has changed since it was applied: restore it"
                : null;
    }
}
