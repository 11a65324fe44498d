using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Import.Features;
using ThemePark.Modules.Import.Sources;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>What a new run is to do.</summary>
internal sealed record NewRun
{
    public required int DestinationId { get; init; }
    public required Guid DestinationUuid { get; init; }
    public string? BatchId { get; init; }
    public DateOnly? StartDate { get; init; }
    public DateOnly? EndDate { get; init; }
    public IReadOnlyCollection<DateOnly>? OnlyDays { get; init; }
    public bool DryRun { get; init; }
    public bool Refetch { get; init; }
    public bool FromRaw { get; init; }
    public bool CreateMissing { get; init; } = true;
    public OverlapPolicy? Overlap { get; init; }
}

/// <summary>Creates runs and hands them to the job engine; the row and its job exist together or not at all.</summary>
internal sealed class RunControl(
    MySqlDatabase database, IJobs jobs, ICurrentCaller current, IArchiveSource source, ImportOptions options, TimeProvider clock)
{
    /// <summary>The new run's id, or IMPORT_IN_PROGRESS with the live run of the destination.</summary>
    public async Task<Outcome<string>> CreateAsync(NewRun run, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            await using var tx = await connection.BeginTransactionAsync(ct);
            var importId = await CreateAsync(run, tx, ct);
            await tx.CommitAsync(ct);
            return importId;
        }
        catch (Exception e) when (MySqlErrors.IsDuplicateKey(e))
        {
            return InProgress(await LiveAsync(run.DestinationId, ct));
        }
    }

    /// <summary>
    /// The new run's id; it and its job exist once the caller commits. A duplicate key means that the destination has a live run, which
    /// <see cref="LiveAsync"/> names after the rollback.
    /// </summary>
    public async Task<string> CreateAsync(NewRun run, DbTransaction tx, CancellationToken ct)
    {
        var importId = ImportId.NewImport();
        await tx.Connection!.ExecuteAsync(new CommandDefinition(
            InsertRun,
            new
            {
                ImportId = importId,
                run.BatchId,
                run.DestinationId,
                run.DestinationUuid,
                run.StartDate,
                run.EndDate,
                OnlyDays = run.OnlyDays is null ? null : JsonSerializer.Serialize(run.OnlyDays),
                run.DryRun,
                run.Refetch,
                run.FromRaw,
                run.CreateMissing,
                Overlap = (run.Overlap ?? options.OnOverlap).ToUpperSnake(),
                Source = run.FromRaw ? "raw" : $"{source.Kind}:{source.Location}",
                StartedBy = current.Caller.Name,
                Door = current.Caller.Door.ToUpperSnake(),
                Versions = JsonSerializer.Serialize(Versions.Current()),
                Now = clock.GetUtcNow().UtcDateTime,
            },
            tx,
            cancellationToken: ct));
        await EnqueueAsync(importId, tx, ct);
        return importId;
    }

    /// <summary>Puts a stopped run back to work; the caller has changed its state in the same transaction.</summary>
    public async Task EnqueueAsync(string importId, DbTransaction tx, CancellationToken ct)
    {
        var job = await jobs.EnqueueAsync(new RunImport.Command(importId), new JobOptions { By = current.Caller.Name }, tx, ct);
        await tx.Connection!.ExecuteAsync(new CommandDefinition(
            "UPDATE import_checkpoints SET job_id = @Job WHERE import_id = @ImportId", new { Job = job.ToString(), ImportId = importId }, tx, cancellationToken: ct));
    }

    public async Task<string?> LiveAsync(int destinationId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT import_id FROM import_checkpoints WHERE live_destination_id = @DestinationId", new { DestinationId = destinationId }, cancellationToken: ct));
    }

    public static Failure InProgress(string? existing) => new(
        "IMPORT_IN_PROGRESS",
        409,
        $"Import {existing} of this destination is not finished; resume, wait for or cancel it.",
        new Dictionary<string, object?> { ["existing_import_id"] = existing });

    private const string InsertRun =
        """
        INSERT INTO import_checkpoints (
            import_id, batch_id, destination_id, destination_uuid, status, start_date, end_date, only_days, dry_run, refetch, from_raw,
            create_missing, overlap, source, started_by, door, versions, created_at, updated_at)
        VALUES (
            @ImportId, @BatchId, @DestinationId, @DestinationUuid, 'PENDING', @StartDate, @EndDate, @OnlyDays, @DryRun, @Refetch, @FromRaw,
            @CreateMissing, @Overlap, @Source, @StartedBy, @Door, @Versions, @Now, @Now)
        """;
}
