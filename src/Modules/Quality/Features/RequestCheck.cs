using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Metadata.Contracts;
using ThemePark.Modules.Quality.Detecting;

namespace ThemePark.Modules.Quality.Features;

/// <summary>Has the data checked by a job, now.</summary>
internal static class RequestCheck
{
    internal sealed record Command(int? DestinationId, string? Depth) : IRequest<Outcome<Result>>;

    internal sealed record Result(string JobId, string Status, DateTime QueuedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/quality", "Quality")
            .MapPost("/check", Handle)
            .WithName(nameof(RequestCheck))
            .WithSummary("Has the data checked now: depth QUICK, DAILY (default) or WHOLE, of one destination or of all.")
            .Produces<Result>(StatusCodes.Status202Accepted)
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle(Command body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(body, cancellationToken)).ToHttp(result => Results.Accepted($"/api/admin/jobs/{result.JobId}", result));
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Depth).MustBeNameOf<Command, Depth>();
    }

    internal sealed class Handler(IJobs jobs, ICatalogue catalogue, ICurrentCaller current, IAuditLog audit, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (request.DestinationId is { } id && await catalogue.FindDestinationAsync(id, cancellationToken) is null)
            {
                return Failure.NotFound("DESTINATION_NOT_FOUND", $"There is no destination {id}.");
            }

            var depth = request.Depth is null ? Depth.Daily : EnumText.Parse<Depth>(request.Depth);
            var job = await jobs.EnqueueAsync(
                new CheckQuality.Command { DestinationId = request.DestinationId, Depth = depth }, new JobOptions { By = current.Caller.Name }, null, cancellationToken);
            await audit.RecordAsync(
                "quality.check", request.DestinationId?.ToString(CultureInfo.InvariantCulture), new { Job = job.ToString(), Depth = depth.ToUpperSnake() }, null, cancellationToken);
            return new Result(job.ToString(), "QUEUED", clock.GetUtcNow().UtcDateTime);
        }
    }
}
