using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Runs;
using ThemePark.Modules.Import.Sources;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>What an import would find, before it is started: lists the source as the import will, and writes nothing.</summary>
internal static class PreviewImport
{
    private const int MostGaps = 50;

    internal sealed record Query(
        [FromQuery(Name = "destination_id")] int? DestinationId = null,
        [FromQuery(Name = "destination_uuid")] Guid? DestinationUuid = null,
        [FromQuery(Name = "park_id")] int? ParkId = null,
        [FromQuery(Name = "start_date")] DateOnly? StartDate = null,
        [FromQuery(Name = "end_date")] DateOnly? EndDate = null,
        bool Refetch = false,
        [FromQuery(Name = "from_raw")] bool FromRaw = false) : IRequest<Outcome<Result>>, IDateRange, INamesDestination;

    /// <summary>
    /// <c>files</c> are day files, of which <c>files_new</c> were never imported, <c>files_changed</c> are imported from other bytes or by an older reader, and
    /// <c>files_unchanged</c> are skipped unless <c>refetch</c> or <c>from_raw</c> reads them again; <c>files_to_read</c> is what is left to do. <c>others</c> are
    /// objects that are no day files. <c>gaps</c> are the days between the first and the last that the source does not have, 50 stretches at most.
    /// <c>waits_for</c> is the unfinished import that a start would be refused for.
    /// </summary>
    internal sealed record Result(
        Guid DestinationUuid,
        string? DestinationName,
        int Files,
        long Bytes,
        int FilesNew,
        int FilesChanged,
        int FilesUnchanged,
        int FilesToRead,
        int Others,
        DateOnly? FirstDay,
        DateOnly? LastDay,
        int DaysMissing,
        IReadOnlyList<MissingDays> Gaps,
        string? WaitsFor);

    /// <summary>Both ends inclusive.</summary>
    internal sealed record MissingDays(DateOnly From, DateOnly To);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/preview", Handle)
            .WithName(nameof(PreviewImport))
            .WithSummary("What an import of a destination, whole or between two days, would find and do: files, bytes, days held before and days missing; lists the source.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q)
                .Must(ArchiveDestinations.IsNamedOnce)
                .OverridePropertyName("destination_id")
                .WithMessage("Name the destination once: destination_id, destination_uuid or park_id.");
            RuleFor(q => q.Refetch).Equal(false).When(q => q.FromRaw).WithMessage("refetch asks the source and from_raw never does: choose one.");
        }
    }

    internal sealed class Handler(
        MySqlDatabase database, IArchiveSource source, ArchiveDestinations destinations, RunStore store, RunControl runs, TimeProvider clock)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (DateRange.Check(request, clock) is { } wrong)
            {
                return wrong;
            }

            var found = await destinations.FindAsync(request, cancellationToken);
            if (found.Failure is { } missing)
            {
                return missing;
            }

            var (uuid, known) = found.Value;
            var objects = await ListAsync(request, uuid, cancellationToken);
            if (objects.Failure is { } unavailable)
            {
                return unavailable;
            }

            var files = objects.Value.Where(o => o.SkipReason is null).ToList();
            var held = await HeldAsync(uuid, cancellationToken);
            var states = files.ToLookup(f => !held.TryGetValue(f.Key, out var etag) ? FileState.New : etag == f.ETag ? FileState.Unchanged : FileState.Changed);
            var unchanged = states[FileState.Unchanged].Count();
            var days = files.Select(f => f.Day!.Value).Distinct().Order().ToList();
            var gaps = Gaps(days);
            return new Result(
                uuid,
                known?.Name,
                files.Count,
                files.Sum(f => f.Size),
                states[FileState.New].Count(),
                states[FileState.Changed].Count(),
                unchanged,
                request.Refetch || request.FromRaw ? files.Count : files.Count - unchanged,
                objects.Value.Count - files.Count,
                days.Count == 0 ? null : days[0],
                days.Count == 0 ? null : days[^1],
                gaps.Sum(g => g.To.DayNumber - g.From.DayNumber + 1),
                [.. gaps.Take(MostGaps)],
                known is null ? null : await runs.LiveAsync(known.DestinationId, cancellationToken));
        }

        private async Task<Outcome<List<ArchiveObject>>> ListAsync(Query request, Guid uuid, CancellationToken cancellationToken)
        {
            if (request.FromRaw)
            {
                return (await store.RawListingAsync(uuid, cancellationToken)).Where(o => !(o.Day < request.StartDate || o.Day > request.EndDate)).ToList();
            }

            try
            {
                var objects = new List<ArchiveObject>();
                await foreach (var found in source.ListAsync(uuid, request.StartDate, request.EndDate, cancellationToken))
                {
                    objects.Add(found);
                }

                return objects;
            }
            catch (ArchiveException e)
            {
                return ArchiveFailures.Unavailable(e);
            }
        }

        /// <summary>By key, what is imported was listed as; null where another version or reader did it.</summary>
        private async Task<Dictionary<string, string?>> HeldAsync(Guid destination, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            return (await connection.QueryAsync<(string Key, string? ETag)>(new CommandDefinition(
                SelectHeld, new { Destination = destination, Versions.Reading }, cancellationToken: cancellationToken))).ToDictionary(o => o.Key, o => o.ETag);
        }

        private static List<MissingDays> Gaps(List<DateOnly> days) =>
            [.. days.Zip(days.Skip(1)).Where(p => p.Second.DayNumber - p.First.DayNumber > 1).Select(p => new MissingDays(p.First.AddDays(1), p.Second.AddDays(-1)))];

        private enum FileState
        {
            New,
            Changed,
            Unchanged,
        }

        private const string SelectHeld =
            """
            SELECT object_key, IF(imported_sha256 = raw_sha256 AND imported_with = @Reading, raw_etag, NULL)
            FROM archive_objects
            WHERE destination_uuid = @Destination
              AND imported_sha256 IS NOT NULL
            """;
    }
}
