using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Pauses a command (NAME), a queue (QUEUE) or everything (ALL) on all nodes, or lets it go on. What runs is not stopped.</summary>
internal static class ChangePause
{
    internal sealed record Body(string? Scope, string? Subject, string? Why);

    internal sealed record Command(string? Scope, string? Subject, bool Paused, string? Why = null) : IRequest<Outcome<Page<JobPause>>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app)
        {
            var group = app.MapAdmin("/pauses", "Operations");
            group.MapPost("/pause", (Body body, IMediator mediator, CancellationToken ct) => HandleAsync(body, true, mediator, ct))
                .WithName("PauseWork")
                .WithSummary("Pauses scope NAME or QUEUE with its subject, or ALL; 409 when it is paused.")
                .Produces<Page<JobPause>>()
                .ProducesErrors(StatusCodes.Status409Conflict);
            group.MapPost("/resume", (Body body, IMediator mediator, CancellationToken ct) => HandleAsync(body, false, mediator, ct))
                .WithName("ResumeWork")
                .WithSummary("Takes a pause of NAME, QUEUE or ALL away; 409 when there is none.")
                .Produces<Page<JobPause>>()
                .ProducesErrors(StatusCodes.Status409Conflict);
        }

        private static async Task<IResult> HandleAsync(Body body, bool paused, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(body.Scope, body.Subject, paused, body.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Scope).Must(s => s is "NAME" or "QUEUE" or "ALL").WithMessage("scope must be one of NAME, QUEUE, ALL; got '{PropertyValue}'.");
            RuleFor(c => c.Subject).NotEmpty().WithMessage("subject must name the command or the queue.").MaximumLength(100).When(c => c.Scope is "NAME" or "QUEUE");
            RuleFor(c => c.Subject).Empty().When(c => c.Scope is "ALL").WithMessage("subject must not be given with ALL.");
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(JobPauses pauses, ICurrentCaller current, IAuditLog audit, TimeProvider time) : IRequestHandler<Command, Outcome<Page<JobPause>>>
    {
        public async Task<Outcome<Page<JobPause>>> Handle(Command request, CancellationToken cancellationToken)
        {
            var scope = EnumText.Parse<PauseScope>(request.Scope!);
            var subject = request.Subject ?? "";
            var changed = request.Paused
                ? await pauses.PauseAsync(scope, subject, current.Caller.Name, request.Why, cancellationToken)
                : await pauses.ResumeAsync(scope, subject, cancellationToken);
            if (!changed)
            {
                return new Failure(
                    "INVALID_STATE", StatusCodes.Status409Conflict, $"{request.Scope} {subject}".TrimEnd() + (request.Paused ? " is paused already." : " is not paused."));
            }

            await audit.RecordAsync(request.Paused ? "jobs.pause" : "jobs.resume", subject.Length == 0 ? null : subject, new { request.Scope }, request.Why, cancellationToken);
            var all = await pauses.ListAsync(cancellationToken);
            return new Page<JobPause>(all, new PageMetadata(all.Count, all.Count, time.GetUtcNow().UtcDateTime));
        }
    }
}
