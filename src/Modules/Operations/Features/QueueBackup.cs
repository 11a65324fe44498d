using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Enqueues a backup by hand; while one waits or runs, asking again answers that one.</summary>
internal static class QueueBackup
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string? Why) : IRequest<Outcome<Result>>;

    internal sealed record Result(string JobId, string Status);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app.MapAdmin("/backups", "Operations")
            .MapPost("", async (Body? body, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Command(body?.Why), ct)).ToHttp(result => Results.Accepted(null, result)))
            .WithName("QueueBackup")
            .WithSummary("Makes a backup and restores it into a scratch server, as a job.")
            .Produces<Result>(StatusCodes.Status202Accepted);
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(IJobs jobs, ICurrentCaller current, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var id = await BackupJob.EnqueueAsync(jobs, current.Caller.Name, request.Why, cancellationToken);
            await audit.RecordAsync("backup.create", id.ToString(), null, request.Why, cancellationToken);
            return new Result(id.ToString(), "QUEUED");
        }
    }
}
