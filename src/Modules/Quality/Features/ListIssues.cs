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

/// <summary>What is wrong with the data, what was, and what became of it; newest first unless asked otherwise.</summary>
internal static class ListIssues
{
    // One row per cause: to sort what matches stays cheap. -severity: the worst first.
    private static readonly SortWords Sorts = new(
        "log_id",
        "-created",
        ("created", "created_at"),
        ("last_seen", "seen_at"),
        ("severity", "FIELD(severity, 'INFO', 'WARNING', 'CRITICAL')"),
        ("status", "resolution_status"),
        ("type", "issue_type"));

    internal sealed record Query(
        string? Status,
        [FromQuery(Name = "issue_type")] string? IssueType,
        string? Severity,
        [FromQuery(Name = "park_id")] int? ParkId,
        int? Limit,
        int? Offset,
        string? Sort = null) : IRequest<Outcome<Result>>, IPaged;

    /// <summary>The summary is of all issues, whatever was asked for.</summary>
    internal sealed record Result(IReadOnlyList<IssueView> Issues, Totals Summary, PageMetadata Metadata);

    internal sealed record Totals(int TotalIssues, IReadOnlyDictionary<string, int> ByStatus, IReadOnlyDictionary<string, int> ByType);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapGet("/issues", Handle)
            .WithName(nameof(ListIssues))
            .WithSummary("Issues of the data with their state, newest first or by sort.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Status).MustBeNameOf<Query, IssueStatus>();
            RuleFor(q => q.IssueType).MustBeNameOf<Query, IssueType>();
            RuleFor(q => q.Severity).MustBeNameOf<Query, Issues.Severity>();
            RuleFor(q => q.Sort).MustBeOneOf(Sorts);
        }
    }

    internal sealed class Handler(MySqlDatabase database, IssueViews views, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var asked = new
            {
                request.Status,
                request.IssueType,
                request.Severity,
                request.ParkId,
                Limit = request.LimitOrDefault(),
                Offset = request.OffsetOrDefault(),
            };
            var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(Count, asked, cancellationToken: cancellationToken));
            var page = $"SELECT {IssueRow.Columns} {Filter} {Sorts.OrderBy(request.Sort)} LIMIT @Limit OFFSET @Offset";
            var rows = (await connection.QueryAsync<IssueRow>(new CommandDefinition(page, asked, cancellationToken: cancellationToken))).AsList();
            var all = (await connection.QueryAsync<(string Status, string Type, long Issues)>(new CommandDefinition(SumAll, cancellationToken: cancellationToken))).AsList();
            return new Result(
                await views.OfAsync(rows, cancellationToken),
                new Totals(
                    (int)all.Sum(a => a.Issues),
                    all.GroupBy(a => a.Status).ToDictionary(g => g.Key, g => (int)g.Sum(a => a.Issues), StringComparer.Ordinal),
                    all.GroupBy(a => a.Type).ToDictionary(g => g.Key, g => (int)g.Sum(a => a.Issues), StringComparer.Ordinal)),
                new PageMetadata(rows.Count, total, clock.GetUtcNow().UtcDateTime));
        }

        private const string Filter =
            """
            FROM data_quality_log
            WHERE (@Status IS NULL OR resolution_status = @Status)
              AND (@IssueType IS NULL OR issue_type = @IssueType)
              AND (@Severity IS NULL OR severity = @Severity)
              AND (@ParkId IS NULL OR park_id = @ParkId)
            """;

        private const string Count = $"SELECT COUNT(*) {Filter}";

        private const string SumAll = "SELECT resolution_status, issue_type, COUNT(*) FROM data_quality_log GROUP BY resolution_status, issue_type";
    }
}
