using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Quality.Issues;
using ThemePark.MySql;

namespace ThemePark.Modules.Quality.Features;

/// <summary>Time of which data are missing, newest first unless asked otherwise: the gaps there still are.</summary>
internal static class ListGaps
{
    // One row per gap: to sort what matches stays cheap. A gap that goes on ends now.
    private static readonly SortWords Sorts = new(
        "log_id",
        "-start",
        ("start", "timestamp_start"),
        ("end", "COALESCE(timestamp_end, @Now)"),
        ("hours", "TIMESTAMPDIFF(SECOND, timestamp_start, COALESCE(timestamp_end, @Now))"),
        ("source", "data_source"),
        ("status", "resolution_status"));

    internal sealed record Query(
        [FromQuery(Name = "park_id")] int? ParkId,
        [FromQuery(Name = "min_gap_hours")] double? MinGapHours,
        int? Limit,
        int? Offset,
        string? Sort = null) : IRequest<Outcome<Result>>, IPaged;

    /// <summary>The summary is of everything that matches, on all pages.</summary>
    internal sealed record Result(IReadOnlyList<Gap> Gaps, Totals Summary, PageMetadata Metadata);

    /// <summary>Hours until now where the gap goes on (<c>end_time</c> is null).</summary>
    internal sealed record Gap(
        int GapId,
        int? ParkId,
        string? ParkName,
        int? RideId,
        string? RideName,
        string? GapType,
        DateTime? StartTime,
        DateTime? EndTime,
        double DurationHours,
        string? DataSource,
        string ResolutionStatus,
        string? ResolutionNotes);

    internal sealed record Totals(
        int TotalGaps, double TotalGapHours, IReadOnlyDictionary<string, int> GapsBySource, IReadOnlyDictionary<string, int> GapsByStatus);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/gaps", Handle)
            .WithName(nameof(ListGaps))
            .WithSummary("Gaps of parks and rides in live data and in the archive, of min_gap_hours (default 1) or more; newest first or by sort.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.MinGapHours).InclusiveBetween(0, 1_000_000);
            RuleFor(q => q.Sort).MustBeOneOf(Sorts);
        }
    }

    internal sealed class Handler(MySqlDatabase database, IssueViews views, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (request.ParkId is { } parkId && !await views.HasParkAsync(parkId, cancellationToken))
            {
                return Failure.NotFound("PARK_NOT_FOUND", $"There is no park {parkId}.");
            }

            await using var connection = await database.OpenAsync(cancellationToken);
            var now = clock.GetUtcNow().UtcDateTime;
            var asked = new
            {
                request.ParkId,
                Now = now,
                LeastSeconds = (request.MinGapHours ?? 1) * 3600,
                Limit = request.LimitOrDefault(),
                Offset = request.OffsetOrDefault(),
            };
            var sums = (await connection.QueryAsync<Sum>(new CommandDefinition(SumAll, asked, cancellationToken: cancellationToken))).AsList();
            var page = $"SELECT {IssueRow.Columns} {Filter} {Sorts.OrderBy(request.Sort)} LIMIT @Limit OFFSET @Offset";
            var rows = (await connection.QueryAsync<IssueRow>(new CommandDefinition(page, asked, cancellationToken: cancellationToken))).AsList();
            var gaps = (await views.OfAsync(rows, cancellationToken)).Select(i => new Gap(
                i.LogId,
                i.ParkId,
                i.ParkName,
                i.RideId,
                i.RideName,
                i.GapType,
                i.TimestampStart,
                i.TimestampEnd,
                Hours((i.TimestampEnd ?? now) - (i.TimestampStart ?? now)),
                i.DataSource,
                i.ResolutionStatus,
                i.ResolutionNotes)).ToList();
            var total = (int)sums.Sum(s => s.Gaps);
            return new Result(
                gaps,
                new Totals(
                    total,
                    Math.Round(sums.Sum(s => s.Seconds) / 3600, 2),
                    sums.GroupBy(s => IssueViews.SourceText(s.Source) ?? "UNKNOWN").ToDictionary(g => g.Key, g => (int)g.Sum(s => s.Gaps), StringComparer.Ordinal),
                    sums.GroupBy(s => s.Status).ToDictionary(g => g.Key, g => (int)g.Sum(s => s.Gaps), StringComparer.Ordinal)),
                new PageMetadata(gaps.Count, total, now));
        }

        private static double Hours(TimeSpan length) => Math.Round(length.TotalHours, 2);

        private sealed class Sum
        {
            public int? Source { get; init; }
            public string Status { get; init; } = "";
            public long Gaps { get; init; }
            public double Seconds { get; init; }
        }

        private const string Filter =
            """
            FROM data_quality_log
            WHERE issue_type = 'GAP'
              AND is_present
              AND timestamp_start IS NOT NULL
              AND (@ParkId IS NULL OR park_id = @ParkId)
              AND TIMESTAMPDIFF(SECOND, timestamp_start, COALESCE(timestamp_end, @Now)) >= @LeastSeconds
            """;

        private const string SumAll =
            $"""
            SELECT
                data_source AS Source, resolution_status AS Status, COUNT(*) AS Gaps,
                SUM(TIMESTAMPDIFF(SECOND, timestamp_start, COALESCE(timestamp_end, @Now))) AS Seconds
            {Filter}
            GROUP BY data_source, resolution_status
            """;
    }
}
