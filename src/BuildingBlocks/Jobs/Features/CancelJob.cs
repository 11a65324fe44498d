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

    internal sealed class Handler(JobActs acts, IJobs jobs, ICurrentCaller current) : IRequestHandler<Command, Outcome<JobAnswer>>
    {
        public Task<Outcome<JobAnswer>> Handle(Command request, CancellationToken cancellationToken) => acts.DoAsync(
            request.Id,
            "job.cancel",
            request.Why,
            async job => await jobs.CancelAsync(job.Id, current.Caller.Name, request.Why, cancellationToken) ? null : JobAnswer.InvalidState(job, "cancelled"),
            cancellationToken);
    }
}
