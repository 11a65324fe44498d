using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;

namespace ThemePark.UnitTests.Core;

/// <summary>Endpoints shaped as slices are, to see what the pipeline makes of them.</summary>
internal static class Probes
{
    internal enum Mood
    {
        Fine,
        NotSoFine,
    }

    internal static class WriteThing
    {
        internal sealed record Part(int Size, DateOnly? BuiltOn);

        internal sealed record Command(
            string Name,
            int? CountOfDays,
            DateOnly? StartDate,
            Mood? Mood,
            DateTime? SeenAt,
            double? Weight,
            IReadOnlyList<Part>? Parts) : IRequest<Outcome<Result>>;

        internal sealed record Result(string Name, DateOnly? StartDate, Mood? Mood, DateTime? SeenAt, double? Weight, decimal Price);

        internal sealed class Validator : AbstractValidator<Command>
        {
            public Validator()
            {
                RuleFor(c => c.CountOfDays).InclusiveBetween(1, 10);
                RuleFor(c => c.Name).MaximumLength(5);
                RuleForEach(c => c.Parts).ChildRules(p => p.RuleFor(x => x.Size).GreaterThan(0));
            }
        }

        internal sealed class Endpoint : ICarterModule
        {
            public void AddRoutes(IEndpointRouteBuilder app) => app
                .MapAdmin("/probe", "Probe")
                .MapPost("/things", async (Command command, IMediator mediator, CancellationToken ct) =>
                    (await mediator.Send(command, ct)).ToHttp(r => Results.Created($"/things/{r.Name}", r)))
                .WithSummary("Write a thing")
                .Produces<Result>(201)
                .ProducesErrors(409);
        }

        internal sealed class Handler : IRequestHandler<Command, Outcome<Result>>
        {
            public Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken) => Task.FromResult<Outcome<Result>>(
                request.Name == "taken"
                    ? new Failure("NAME_TAKEN", 409, "Taken.", new Dictionary<string, object?> { ["existing_id"] = 7 })
                    : new Result(request.Name, request.StartDate, request.Mood, request.SeenAt, request.Weight, 3m));
        }
    }

    internal static class ListThings
    {
        internal sealed record Query(
            int? Limit, int? Offset, [FromQuery(Name = "start_date")] DateOnly? StartDate, string? Mood) : IRequest<Outcome<Result>>, IPaged;

        internal sealed record Result(int Limit, int Offset, DateOnly? StartDate, Mood? Mood);

        internal sealed class Validator : AbstractValidator<Query>
        {
            public Validator() => RuleFor(q => q.Mood).MustBeNameOf<Query, Mood>();
        }

        internal sealed class Endpoint : ICarterModule
        {
            public void AddRoutes(IEndpointRouteBuilder app) => app
                .MapAdmin("/probe", "Probe")
                .MapGet("/things", async ([AsParameters] Query query, IMediator mediator, CancellationToken ct) =>
                    (await mediator.Send(query, ct)).ToHttp())
                .WithSummary("List things")
                .Produces<Result>();
        }

        internal sealed class Handler : IRequestHandler<Query, Outcome<Result>>
        {
            public Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken) => Task.FromResult<Outcome<Result>>(
                new Result(
                    request.LimitOrDefault(),
                    request.OffsetOrDefault(),
                    request.StartDate,
                    EnumText.TryParse<Mood>(request.Mood, out var mood) ? mood : null));
        }
    }

    internal sealed class Others : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app)
        {
            var admin = app.MapAdmin("/probe", "Probe");
            admin.MapGet("/boom", IResult () => throw new InvalidOperationException("the secret inside")).WithSummary("Fails");
            admin.MapGet("/lost", IResult () => throw new ThemePark.MySql.ConnectionLostException("under a statement")).WithSummary("Loses its connection");
            admin.MapGet("/half", async (HttpContext http) =>
            {
                await http.Response.WriteAsync("half");
                await http.Response.Body.FlushAsync();
                throw new InvalidOperationException("too late");
            }).WithSummary("Fails halfway");
            admin.MapGet("/who", (ICurrentCaller current) =>
                new { current.Caller.Name, current.Caller.Door, current.CorrelationId }).WithSummary("Who calls");
            admin.MapGet("/status/{import_id}", ([FromRoute(Name = "import_id")] string importId) => importId)
                .WithSummary("Reads").RequireRateLimiting(RateLimits.StatusReads);
            admin.MapPost("/control", () => Results.NoContent()).WithSummary("Controls").RequireRateLimiting(RateLimits.ImportControl);
            admin.MapPost("/start/{destination}", (string destination, ICallLimits limits) =>
                limits.Take(RateLimits.StartImport, destination) is { } refused ? refused.ToHttp() : Results.NoContent()).WithSummary("Starts");

            var parks = app.MapPublic("/api/parks", "Parks");
            parks.MapGet("/probe", (int? limit) => new { success = true, limit }).WithSummary("Reads");
            parks.MapGet("/probe/boom", IResult () => throw new InvalidOperationException("the secret inside")).WithSummary("Fails");
            parks.MapGet("/probe/none", () => Failure.NotFound("PARK_NOT_FOUND", "Park 7 not found").ToHttp()).WithSummary("Finds nothing");
        }
    }
}
