using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>Runs that write some days again, and whoever needs them waits for.</summary>
internal sealed class DayReplay(MySqlDatabase database, RunControl runs, ImportReads reads, ICatalogue catalogue, TimeProvider clock) : IDayReplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public async Task ReplayAsync(int destinationId, IReadOnlyCollection<DateOnly> utcDays, CancellationToken cancellationToken)
    {
        var destination = await catalogue.FindDestinationAsync(destinationId, cancellationToken)
            ?? throw new InvalidOperationException($"The catalogue has no destination {destinationId}.");
        await using var connection = await database.OpenAsync(cancellationToken);
        // A day's rows may have come from the files of its neighbours, too.
        var objects = await connection.QueryAsync<(DateOnly Day, DateOnly? First, DateOnly? Last)>(new CommandDefinition(
            SelectObjects, new { Destination = destination.Uuid, First = utcDays.Min().AddDays(-1), Last = utcDays.Max().AddDays(1) }, cancellationToken: cancellationToken));
        var files = objects.Where(o => utcDays.Any(d => d >= (o.First ?? o.Day) && d <= (o.Last ?? o.Day))).Select(o => o.Day).Distinct().ToList();
        if (files.Count > 0)
        {
            await RunAsync(Run(destination, files) with { FromRaw = true }, cancellationToken);
        }
    }

    /// <summary>Fetches the files of these days from the archive and writes what is in them.</summary>
    /// <exception cref="InvalidOperationException">As <see cref="ReplayAsync"/>.</exception>
    public Task FetchAsync(Destination destination, IReadOnlyCollection<DateOnly> fileDays, CancellationToken cancellationToken) =>
        RunAsync(Run(destination, fileDays), cancellationToken);

    private static NewRun Run(Destination destination, IReadOnlyCollection<DateOnly> fileDays) =>
        new() { DestinationId = destination.DestinationId, DestinationUuid = destination.Uuid, OnlyDays = fileDays };

    private async Task RunAsync(NewRun run, CancellationToken ct)
    {
        var created = await runs.CreateAsync(run, ct);
        if (created.Failure is { } failure)
        {
            throw new InvalidOperationException(failure.Message);
        }

        while (true)
        {
            var import = (await reads.FindAsync(created.Value, ct))!;
            switch (EnumText.Parse<ImportStatus>(import.Status))
            {
                case ImportStatus.Completed or ImportStatus.CompletedWithErrors:
                    return;
                case ImportStatus.Pending or ImportStatus.InProgress or ImportStatus.Interrupted:
                    await Task.Delay(Interval, clock, ct);
                    break;
                default:
                    throw new InvalidOperationException($"Import {import.ImportId} ended {import.Status}: {import.Errors.Kind}.");
            }
        }
    }

    private const string SelectObjects =
        """
        SELECT object_day, first_day, last_day
        FROM archive_objects
        WHERE destination_uuid = @Destination
          AND raw_path IS NOT NULL
          AND object_day >= @First
          AND object_day <= @Last
        ORDER BY object_day
        """;
}
