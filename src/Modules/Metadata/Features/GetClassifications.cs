using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Metadata.Curation;

namespace ThemePark.Modules.Metadata.Features;

/// <summary>Every ride with an operator's words on it as a CSV file, to be edited and sent back; sent back unchanged it changes nothing.</summary>
internal static class GetClassifications
{
    internal sealed record Query : IRequest<IReadOnlyList<RideWord>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/metadata", "Metadata")
            .MapGet("/classifications", Handle)
            .WithName(nameof(GetClassifications))
            .WithSummary("Tier, category and indoor_outdoor of every ride as operators have said, as CSV: ride_id, name, park, tier, category, indoor_outdoor.")
            .Produces<string>(contentType: CsvFile.ContentType);

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken)
        {
            var rides = await mediator.Send(new Query(), cancellationToken);
            return Results.Stream(stream => RideWordsCsv.WriteAsync(stream, rides, cancellationToken), CsvFile.ContentType + "; charset=utf-8", "classifications.csv");
        }
    }

    internal sealed class Handler(RideWords words) : IRequestHandler<Query, IReadOnlyList<RideWord>>
    {
        public Task<IReadOnlyList<RideWord>> Handle(Query request, CancellationToken cancellationToken) => words.ExportAsync(cancellationToken);
    }
}
