using Dapper;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Unmatched;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Features;

/// <summary>
/// Takes the word "ignore" back: the entity waits for one again, as an ignored one that is seen much more often does by itself. Nothing is read again: its
/// days went on being counted, and without a ride it has no rows.
/// </summary>
internal static class ReopenUnmatched
{
    internal sealed record Body(string? Note);

    internal sealed record Command(int UnmatchedId, string? Note = null) : IRequest<Outcome<Result>>;

    /// <summary><c>occurrences</c>: observations without a ride so far.</summary>
    internal sealed record Result(int UnmatchedId, int DestinationId, Guid EntityUuid, string? Name, string Status, long Occurrences);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapPost("/unmatched/{id}/reopen", Handle)
            .WithName(nameof(ReopenUnmatched))
            .WithSummary("Takes back that an unmatched entity is of no interest: it waits for a word again.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] int id, Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(id, body?.Note), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Note).MaximumLength(1000);
    }

    internal sealed class Handler(MySqlDatabase database, UnmatchedReads reads, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (!await ReopenAsync(request.UnmatchedId, cancellationToken))
            {
                return await reads.FindAsync(request.UnmatchedId, cancellationToken) is { } other
                    ? UnmatchedFailures.NotIgnored(other.UnmatchedId, other.Status)
                    : UnmatchedFailures.NotFound(request.UnmatchedId);
            }

            var entity = (await reads.FindAsync(request.UnmatchedId, cancellationToken))!;
            await audit.RecordAsync("import.unmatched.reopen", entity.EntityUuid.ToString(), new { entity.UnmatchedId, Before = "IGNORED" }, request.Note, cancellationToken);
            return new Result(entity.UnmatchedId, entity.DestinationId, entity.EntityUuid, entity.Name, entity.Status, entity.Occurrences);
        }

        private async Task<bool> ReopenAsync(int unmatchedId, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            return await connection.ExecuteAsync(new CommandDefinition(Reopen, new { UnmatchedId = unmatchedId }, cancellationToken: cancellationToken)) > 0;
        }
    }

    // What was said stays with the entity until somebody says another word; of two who reopen it at once the second finds it open.
    private const string Reopen =
        """
        UPDATE unmatched_entities
        SET status = 'REOPENED'
        WHERE unmatched_id = @UnmatchedId
          AND status = 'IGNORED'
        """;
}
