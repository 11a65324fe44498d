using System.Data;
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

/// <summary>
/// An operator's word on an issue. OPEN → INVESTIGATING → RESOLVED or WONTFIX, and each of these back to OPEN. What is RESOLVED while its cause is
/// still there is opened again by the next check; WONTFIX stays.
/// </summary>
internal static class UpdateIssue
{
    private const int LongestNote = 2000;

    internal sealed record Body(string? ResolutionStatus, string? ResolutionNotes);

    internal sealed record Command(int LogId, string? ResolutionStatus, string? ResolutionNotes) : IRequest<Outcome<IssueView>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapPatch("/issues/{log_id}", Handle)
            .WithName(nameof(UpdateIssue))
            .WithSummary("Moves an issue on: OPEN → INVESTIGATING → RESOLVED or WONTFIX, or back to OPEN; other moves are 409.")
            .Produces<IssueView>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute(Name = "log_id")] int logId, Body body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(logId, body.ResolutionStatus, body.ResolutionNotes), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.ResolutionStatus).NotNull().WithMessage("resolution_status is required.").MustBeNameOf<Command, IssueStatus>();
            RuleFor(c => c.ResolutionNotes).MaximumLength(LongestNote);
        }
    }

    internal sealed class Handler(MySqlDatabase database, IssueViews views, ICurrentCaller current, IAuditLog audit, TimeProvider clock)
        : IRequestHandler<Command, Outcome<IssueView>>
    {
        public async Task<Outcome<IssueView>> Handle(Command request, CancellationToken cancellationToken)
        {
            var to = EnumText.Parse<IssueStatus>(request.ResolutionStatus!);
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var tx = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            var key = new { request.LogId };
            var before = await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
                "SELECT resolution_status FROM data_quality_log WHERE log_id = @LogId FOR UPDATE", key, tx, cancellationToken: cancellationToken));
            if (before is null)
            {
                return Failure.NotFound("ISSUE_NOT_FOUND", $"There is no issue {request.LogId}.");
            }

            if (!MayGo(EnumText.Parse<IssueStatus>(before), to))
            {
                return new Failure(
                    "INVALID_STATE",
                    StatusCodes.Status409Conflict,
                    $"An issue that is {before} cannot become {request.ResolutionStatus}.",
                    new Dictionary<string, object?> { ["resolution_status"] = before });
            }

            var ended = to is IssueStatus.Resolved or IssueStatus.Wontfix;
            var now = clock.GetUtcNow().UtcDateTime;
            await connection.ExecuteAsync(new CommandDefinition(
                Update,
                new
                {
                    request.LogId,
                    Status = to.ToUpperSnake(),
                    Notes = request.ResolutionNotes,
                    By = ended ? current.Caller.Name : null,
                    At = ended ? now : (DateTime?)null,
                    Now = now,
                },
                tx,
                cancellationToken: cancellationToken));
            var row = await connection.QuerySingleAsync<IssueRow>(new CommandDefinition(Select, key, tx, cancellationToken: cancellationToken));
            await tx.CommitAsync(cancellationToken);
            await audit.RecordAsync(
                "quality.issue.update",
                request.LogId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                new { Before = before, After = row.Status },
                request.ResolutionNotes,
                cancellationToken);
            return (await views.OfAsync([row], cancellationToken))[0];
        }

        private static bool MayGo(IssueStatus from, IssueStatus to) => (from, to) switch
        {
            (IssueStatus.Open, IssueStatus.Investigating) => true,
            (IssueStatus.Investigating, IssueStatus.Resolved or IssueStatus.Wontfix or IssueStatus.Open) => true,
            (IssueStatus.Resolved or IssueStatus.Wontfix, IssueStatus.Open) => true,
            _ => false,
        };

        // A note that is not given leaves the one there is.
        private const string Update =
            """
            UPDATE data_quality_log
            SET resolution_status = @Status,
                resolution_notes = COALESCE(@Notes, resolution_notes),
                resolved_by = @By,
                resolved_at = @At,
                updated_at = @Now
            WHERE log_id = @LogId
            """;

        private const string Select = $"SELECT {IssueRow.Columns} FROM data_quality_log WHERE log_id = @LogId";
    }
}
