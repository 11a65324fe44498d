using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Calendar;
using ThemePark.Modules.Quality.Issues;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Features;

/// <summary>One destination's UTC day: what is held of each park, from where, what is missing and why.</summary>
internal static class GetCalendarDay
{
    private const int MostIssues = 100;

    internal sealed record Query([FromRoute(Name = "destination_id")] int DestinationId, [FromRoute] DateOnly Date) : IRequest<Outcome<Result>>;

    /// <param name="CoveragePercent">As in the calendar.</param>
    /// <param name="WatchedHours">Of the 24: how long somebody watched the destination, by the day's file or by good polls.</param>
    /// <param name="File">Null: the archive has listed none for the day.</param>
    /// <param name="Gaps">Polls in a row that failed or never took place.</param>
    /// <param name="Issues">Gaps and files that failed, as the last checks found them; at most 100.</param>
    internal sealed record Result(
        int DestinationId, Guid DestinationUuid, string? DestinationName, DateOnly Date, string State, double? CoveragePercent, string? DataSource, long Snapshots,
        double WatchedHours, ArchiveFile? File, Polls Polls, IReadOnlyList<Park> Parks, IReadOnlyList<Gap> Gaps, IReadOnlyList<IssueView> Issues);

    internal sealed record ArchiveFile(string ObjectKey, bool IsImported, bool HasRaw, string? Failure, string? Detail);

    /// <summary>Slots of the day that were to be polled so far, and those polled well; 0 slots: it was not collected live.</summary>
    internal sealed record Polls(long Slots, long Good);

    internal sealed record Park(int ParkId, string? ParkName, string Timezone, long ArchiveSnapshots, long LiveSnapshots, DateTime? FirstAt, DateTime? LastAt);

    internal sealed record Gap(DateTime StartTime, DateTime EndTime, string Reason, int Slots);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/calendar/{destination_id}/{date}", Handle)
            .WithName(nameof(GetCalendarDay))
            .WithSummary("One destination's UTC day: rows by park, its file in the archive, polls, gaps and open causes.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Date).InclusiveBetween(new DateOnly(2000, 1, 1), new DateOnly(2100, 1, 1));
    }

    internal sealed class Handler(
        CalendarReader calendar, ICatalogue catalogue, ICoverage coverage, ICollectionWatch watch, ILiveCollection live, IssueViews views, MySqlDatabase database)
        : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await catalogue.FindDestinationAsync(request.DestinationId, cancellationToken) is not { } destination)
            {
                return Failure.NotFound("DESTINATION_NOT_FOUND", $"There is no destination {request.DestinationId}.");
            }

            var (start, end) = (Midnight(request.Date), Midnight(request.Date.AddDays(1)));
            var day = (await calendar.ReadAsync([destination], request.Date, request.Date, cancellationToken))[destination.DestinationId][0];
            var watched = await coverage.CoveredAsync(destination.DestinationId, start, end, cancellationToken);
            var polls = await watch.TotalsAsync(destination.DestinationId, start, end, cancellationToken);
            var gaps = await live.GapsAsync(destination.DestinationId, start, end, cancellationToken);
            var parks = await catalogue.ListParksAsync(destination.DestinationId, cancellationToken);

            await using var connection = await database.OpenAsync(cancellationToken);
            var rows = (await connection.QueryAsync<(int Park, DataSource Source, long Rows, DateTime First, DateTime Last)>(new CommandDefinition(
                SelectRows, new { request.DestinationId, request.Date }, cancellationToken: cancellationToken))).ToLookup(r => r.Park);
            var issues = (await connection.QueryAsync<IssueRow>(new CommandDefinition(
                SelectIssues,
                new { request.DestinationId, Parks = parks.Select(p => p.ParkId).DefaultIfEmpty(0), Start = start, End = end, Most = MostIssues },
                cancellationToken: cancellationToken))).AsList();
            return new Result(
                destination.DestinationId,
                destination.Uuid,
                destination.Name ?? destination.Slug,
                day.Date,
                day.State.ToUpperSnake(),
                day.CoveragePercent,
                day.DataSource,
                day.Snapshots,
                Math.Round(watched.Sum(c => (c.End - c.Start).TotalHours), 2),
                day.File is { } file ? new ArchiveFile(file.ObjectKey, file.IsHeld, file.HasRaw, file.Failure, file.Detail) : null,
                new Polls(polls.Slots, polls.Good),
                [.. parks.Select(p => Of(p, [.. rows[p.ParkId]]))],
                [.. gaps.Select(g => new Gap(g.Start, g.End, g.Reason, g.Slots))],
                await views.OfAsync(issues, cancellationToken));
        }

        private static Park Of(Metadata.Contracts.Park park, IReadOnlyList<(int Park, DataSource Source, long Rows, DateTime First, DateTime Last)> rows) => new(
            park.ParkId,
            park.Name ?? park.Slug,
            park.TimeZone,
            rows.Where(r => r.Source is DataSource.Archive or DataSource.Legacy).Sum(r => r.Rows),
            rows.Where(r => r.Source == DataSource.Live).Sum(r => r.Rows),
            rows.Count == 0 ? null : rows.Min(r => r.First),
            rows.Count == 0 ? null : rows.Max(r => r.Last));

        private static DateTime Midnight(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

        private const string SelectRows =
            """
            SELECT park_id, data_source, row_count, first_at, last_at
            FROM v_ledger
            WHERE destination_id = @DestinationId
              AND utc_day = @Date
              AND row_count > 0
            """;

        private const string SelectIssues =
            $"""
            SELECT {IssueRow.Columns}
            FROM data_quality_log
            WHERE issue_type IN ('GAP', 'CORRUPT_FILE')
              AND is_present
              AND timestamp_start < @End
              AND (timestamp_end IS NULL OR timestamp_end > @Start)
              AND (destination_id = @DestinationId OR park_id IN @Parks)
            ORDER BY timestamp_start, log_id
            LIMIT @Most
            """;
    }
}
