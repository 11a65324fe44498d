using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Cancels a waiting job at once and tells a running one to stop, on whichever node.</summary>
internal static class CancelJob
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string Id, string? Why = null) : IRequest<Outcome<JobAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/jobs", "Operations")
            .MapPost("/{id}/cancel", Handle)
            .WithName(nameof(CancelJob))
            .WithSummary("Cancels a job; a running one stops within a second or so. 409 when it is finished.")
            .Produces<JobAnswer>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string id, Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(id, body?.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(JobAnswers answers, IJobs jobs, ICurrentCaller current, IAuditLog audit) : IRequestHandler<Command, Outcome<JobAnswer>>
    {
        public async Task<Outcome<JobAnswer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var found = await answers.FindAsync(request.Id, cancellationToken);
            if (found.Failure is { } failure)
            {
                return failure;
            }

            var view = found.Value.View;
            if (!await jobs.CancelAsync(view.Id, current.Caller.Name, request.Why, cancellationToken))
            {
                return JobAnswer.InvalidState(view, "cancelled");
            }

            await audit.RecordAsync("job.cancel", view.Id.ToString(), new { view.Name, Before = view.State.ToUpperSnake() }, request.Why, cancellationToken);
            return (await answers.FindAsync(request.Id, cancellationToken)).Map(f => f.Answer);
        }
    }
}
