using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Watching;

namespace ThemePark.Modules.Operations.Features;

/// <summary>The report of the watch as a document to keep or send.</summary>
internal static class GetWatchMarkdown
{
    /// <param name="Day">1 to 7; left out, the day the watch is at or ended on.</param>
    internal sealed record Query(int? Day) : IRequest<Outcome<string>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/watch", "Operations")
            .MapGet("/report.md", Handle)
            .WithName(nameof(GetWatchMarkdown))
            .WithSummary("The watch day by day as Markdown; `day` (1 to 7) chooses the day whose figures are in it.")
            .Produces<string>(contentType: WatchMarkdown.ContentType)
            .ProducesErrors(StatusCodes.Status404NotFound);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp(text => Results.Text(text, WatchMarkdown.ContentType + "; charset=utf-8"));
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Day).InclusiveBetween(1, WatchPlan.Days);
    }

    internal sealed class Handler(WatchReports reports) : IRequestHandler<Query, Outcome<string>>
    {
        public async Task<Outcome<string>> Handle(Query request, CancellationToken cancellationToken) =>
            (await reports.ReadAsync(request.Day, cancellationToken)).Map(WatchMarkdown.Write);
    }
}
