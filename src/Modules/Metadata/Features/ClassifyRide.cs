using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Classifying;
using ThemePark.Modules.Metadata.Curation;
using ThemePark.Modules.Metadata.Resolving;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>
/// An operator's words on one ride, all three of them: what is null is taken back, and what upstream says counts again. A tier moves the figures of the
/// park at the next rollup.
/// </summary>
internal static class ClassifyRide
{
    internal sealed record Body(int? Tier, string? Category, string? IndoorOutdoor, string? Why);

    internal sealed record Command(int RideId, int? Tier, string? Category, string? IndoorOutdoor, string? Why = null) : IRequest<Outcome<Result>>;

    /// <summary><c>changed</c> is false when all of it was said before.</summary>
    internal sealed record Result(int RideId, int? Tier, string? Category, string? IndoorOutdoor, bool Changed);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/metadata", "Metadata")
            .MapPut("/classifications/{ride_id}", Handle)
            .WithName(nameof(ClassifyRide))
            .WithSummary("Sets tier (1 to 3), category and indoor_outdoor (INDOOR, OUTDOOR, HYBRID) of one ride; null takes a word back.")
            .Produces<Result>()
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([FromRoute(Name = "ride_id")] int rideId, Body body, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Command(rideId, body.Tier, body.Category, body.IndoorOutdoor, body.Why), cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Tier).InclusiveBetween(1, 3);
            RuleFor(c => c.Category).MaximumLength(RideWords.MaxCategory);
            RuleFor(c => c.IndoorOutdoor)
                .Must(word => word is null || (EnumText.TryParse<IndoorOutdoor>(word, out var known) && known != Classifying.IndoorOutdoor.Unknown))
                .WithMessage("indoor_outdoor must be INDOOR, OUTDOOR or HYBRID, or left out; got '{PropertyValue}'.");
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(RideWords words, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var category = Entity.Clean(request.Category);
            var row = new RideWordRow(
                1, request.RideId, new Said<int?>(true, request.Tier), new Said<string?>(true, category), new Said<string?>(true, request.IndoorOutdoor));
            var report = await words.ApplyAsync([row], cancellationToken);
            if (report.Rejected.Count > 0)
            {
                return Failure.NotFound("RIDE_NOT_FOUND", $"There is no ride {request.RideId}.");
            }

            await audit.RecordAsync(
                "metadata.classify", request.RideId.ToString(CultureInfo.InvariantCulture), new { request.Tier, category, request.IndoorOutdoor }, request.Why, cancellationToken);
            return new Result(request.RideId, request.Tier, category, request.IndoorOutdoor, report.Updated > 0);
        }
    }
}
