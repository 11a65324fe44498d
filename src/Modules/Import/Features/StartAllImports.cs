using System.Text.Json;
using Dapper;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Pipeline;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Sources;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>Starts one run for every destination of the archive; the queue's limit decides how many work at a time, on however many nodes.</summary>
internal static class StartAllImports
{
    internal sealed record Command(
        DateOnly? StartDate = null, DateOnly? EndDate = null, bool DryRun = false, bool Refetch = false, bool FromRaw = false, bool CreateMissing = true)
        : IRequest<Outcome<Result>>, IDateRange;

    /// <summary>A destination whose earlier run is not finished is not started again: <c>already_running</c> names that run.</summary>
    internal sealed record Result(string BatchId, IReadOnlyList<ImportView> Imports, IReadOnlyList<string> AlreadyRunning);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/start-all", Handle)
            .WithName(nameof(StartAllImports))
            .WithSummary("Starts the import of every destination in the archive, as one batch.")
            .Produces<Result>(StatusCodes.Status202Accepted);

        private static async Task<IResult> Handle(Command command, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(command, cancellationToken)).ToHttp(batch => Results.Accepted($"/api/admin/import/list?batch_id={batch.BatchId}", batch));
    }

    internal sealed class Handler(
        MySqlDatabase database,
        ICatalogue catalogue,
        IArchiveSource source,
        CatalogueNames names,
        RunControl runs,
        ImportReads reads,
        ICallLimits limits,
        IAuditLog audit,
        ICurrentCaller current,
        TimeProvider clock) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (DateRange.Check(request, clock) is { } wrong)
            {
                return wrong;
            }

            if (limits.Take(RateLimits.StartImport, "all") is { } limited)
            {
                return limited;
            }

            var destinations = new List<Guid>();
            try
            {
                await foreach (var found in source.ListDestinationsAsync(cancellationToken))
                {
                    destinations.Add(found);
                }

                await names.ApplyAsync(cancellationToken);
            }
            catch (ArchiveException e)
            {
                return ArchiveFailures.Unavailable(e);
            }

            if (destinations.Count == 0)
            {
                return new Failure("ARCHIVE_UNAVAILABLE", 503, $"{source.Kind} {source.Location} holds no destination.");
            }

            var batchId = ImportId.NewBatch();
            await InsertBatchAsync(batchId, request, cancellationToken);
            var running = new List<string>();
            foreach (var uuid in destinations)
            {
                var created = await runs.CreateAsync(
                    new NewRun
                    {
                        DestinationId = await catalogue.EnsureDestinationAsync(uuid, null, cancellationToken),
                        DestinationUuid = uuid,
                        BatchId = batchId,
                        StartDate = request.StartDate,
                        EndDate = request.EndDate,
                        DryRun = request.DryRun,
                        Refetch = request.Refetch,
                        FromRaw = request.FromRaw,
                        CreateMissing = request.CreateMissing,
                    },
                    cancellationToken);
                if (created.Failure is { } conflict)
                {
                    running.Add((string)conflict.Details!["existing_import_id"]!);
                }
            }

            await audit.RecordAsync("import.start-all", batchId, request, null, cancellationToken);
            var started = await reads.ListAsync(new ImportFilter(BatchId: batchId), int.MaxValue, 0, cancellationToken);
            return new Result(batchId, started.Imports, running);
        }

        private async Task InsertBatchAsync(string batchId, Command request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                InsertBatch,
                new
                {
                    BatchId = batchId,
                    Parameters = JsonSerializer.Serialize(request),
                    By = current.Caller.Name,
                    Door = current.Caller.Door.ToUpperSnake(),
                    Now = clock.GetUtcNow().UtcDateTime,
                },
                cancellationToken: cancellationToken));
        }

        private const string InsertBatch =
            """
            INSERT INTO import_batches (batch_id, parameters, started_by, door, created_at)
            VALUES (@BatchId, @Parameters, @By, @Door, @Now)
            """;
    }
}
