using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Measuring;

namespace ThemePark.Modules.Storage.Features;

/// <summary>Enqueues a measurement by hand. One is enough: while one waits or runs, asking again answers that one.</summary>
internal static class QueueMeasurement
{
    internal sealed record Body(string? Why);

    internal sealed record Command(string? Why = null) : IRequest<Outcome<Result>>;

    /// <summary><c>estimated_duration_seconds</c> is what earlier measurements took; null before the first.</summary>
    internal sealed record Result(string JobId, string Status, double? EstimatedDurationSeconds, DateTime QueuedAt);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapPost("/measure", Handle)
            .WithName(nameof(QueueMeasurement))
            .WithSummary("Measures storage now, as a job.")
            .Produces<Result>(StatusCodes.Status202Accepted);

        private static async Task<IResult> Handle(Body? body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(body?.Why), cancellationToken)).ToHttp(result => Results.Accepted(null, result));
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Why).MaximumLength(500);
    }

    internal sealed class Handler(IJobs jobs, MeasurementStore measurements, IAuditLog audit, ICurrentCaller current, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var usual = await measurements.UsualDurationAsync(cancellationToken);
            var id = await MeasurementJob.EnqueueAsync(jobs, current.Caller.Name, cancellationToken);
            await audit.RecordAsync("storage.measure", id.ToString(), null, request.Why, cancellationToken);

            var queued = (await jobs.GetAsync(id, cancellationToken))?.CreatedAt ?? clock.GetUtcNow().UtcDateTime;
            return new Result(id.ToString(), "QUEUED", usual?.TotalSeconds, queued);
        }
    }
}
