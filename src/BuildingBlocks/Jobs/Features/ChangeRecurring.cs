using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.Jobs;

/// <summary>Gives a recurring job another schedule. It outlives restarts and other defaults of code or configuration.</summary>
internal static class ChangeRecurring
{
    internal sealed record Body(string? Cron, string? TimeZone, string? Why = null);

    internal sealed record Command(string Name, string? Cron, string? TimeZone, string? Why = null) : IRequest<Outcome<RecurringAnswer>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/recurring", "Operations")
            .MapPut("/{name}", Handle)
            .WithName(nameof(ChangeRecurring))
            .WithSummary("Changes a recurring job's cron expression (five fields) and IANA time zone; 400 says what is wrong with them.")
            .Produces<RecurringAnswer>()
            .ProducesErrors(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

        private static async Task<IResult> Handle([FromRoute] string name, Body body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(name, body.Cron, body.TimeZone, body.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Cron).NotNull().WithMessage("cron must be given: five fields such as */5 * * * *.");
            RuleFor(c => c.TimeZone).NotNull().WithMessage("time_zone must be given: an IANA time zone such as UTC.");
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(IRecurring recurring) : IRequestHandler<Command, Outcome<RecurringAnswer>>
    {
        public async Task<Outcome<RecurringAnswer>> Handle(Command request, CancellationToken cancellationToken) =>
            (await recurring.ChangeAsync(request.Name, request.Cron!, request.TimeZone!, request.Why, cancellationToken)).Map(RecurringAnswer.Of);
    }
}
