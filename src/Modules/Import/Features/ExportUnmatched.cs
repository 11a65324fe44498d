using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Unmatched;

namespace ThemePark.Modules.Import.Features;

/// <summary>What a list of entities without a ride shows, on all its pages, as a CSV file; a longer list is refused, not cut off.</summary>
internal static class ExportUnmatched
{
    internal sealed record Query(
        [FromQuery(Name = "destination_id")] int? DestinationId = null, string? Status = null, string? Text = null, string? Sort = null)
        : IRequest<Outcome<IReadOnlyList<UnmatchedView>>>, IUnmatchedList;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/unmatched/export", Handle)
            .WithName(nameof(ExportUnmatched))
            .WithSummary("Entities without a ride as CSV, with the best two rides each may be; filters as the list has them, 10,000 rows at most.")
            .Produces<string>(contentType: CsvFile.ContentType)
            .ProducesErrors(StatusCodes.Status413PayloadTooLarge);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp(entities => Results.Stream(
                stream => UnmatchedCsv.WriteAsync(stream, entities, cancellationToken), CsvFile.ContentType + "; charset=utf-8", UnmatchedCsv.FileName));
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => Include(new UnmatchedListRules());
    }

    internal sealed class Handler(UnmatchedReads reads) : IRequestHandler<Query, Outcome<IReadOnlyList<UnmatchedView>>>
    {
        public async Task<Outcome<IReadOnlyList<UnmatchedView>>> Handle(Query request, CancellationToken cancellationToken)
        {
            var (entities, total) = await reads.ListAsync(request, UnmatchedCsv.MostRows, 0, cancellationToken);
            return total > UnmatchedCsv.MostRows
                ? new Failure("TOO_MANY_ROWS", StatusCodes.Status413PayloadTooLarge, $"{total} entities match; a file takes {UnmatchedCsv.MostRows}. Ask for one destination or status at a time.")
                : Outcome<IReadOnlyList<UnmatchedView>>.FromValue(entities);
        }
    }
}
