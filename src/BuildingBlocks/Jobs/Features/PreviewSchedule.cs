using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>What a cron expression means, before a recurring job is given it.</summary>
internal static class PreviewSchedule
{
    private const int Previewed = 5;

    internal sealed record Query(string? Cron, [FromQuery(Name = "time_zone")] string? TimeZone) : IRequest<Outcome<Result>>;

    /// <summary><c>preview</c>: the next instants, UTC.</summary>
    internal sealed record Result(string Cron, string TimeZone, IReadOnlyList<DateTime> Preview);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/recurring", "Operations")
            .MapGet("/preview", Handle)
            .WithName(nameof(PreviewSchedule))
            .WithSummary("The next five instants of a cron expression (five fields) in an IANA time zone; 400 says what is wrong with them.")
            .Produces<Result>();

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Cron).NotNull().WithMessage("cron must be given: five fields such as */5 * * * *.");
            RuleFor(q => q.TimeZone).NotNull().WithMessage("time_zone must be given: an IANA time zone such as UTC.");
        }
    }

    internal sealed class Handler(TimeProvider time) : IRequestHandler<Query, Outcome<Result>>
    {
        public Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow().UtcDateTime;
            return Task.FromResult(CronTimes.Read(request.Cron!, request.TimeZone!, now)
                .Map(times => new Result(request.Cron!, request.TimeZone!, times.Next(now, Previewed))));
        }
    }
}
