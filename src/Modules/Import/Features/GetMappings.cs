using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Mappings;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Features;

/// <summary>Every upstream id's ride as a CSV file, to be edited and sent back; sent back unchanged it changes nothing.</summary>
internal static class GetMappings
{
    internal sealed record Query : IRequest<IReadOnlyList<Mapping>>;

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/mappings", Handle)
            .WithName(nameof(GetMappings))
            .WithSummary("Which upstream id is which ride, and when, as CSV: uuid, ride_id, name, park, valid_from, valid_to.")
            .Produces<string>(contentType: CsvFile.ContentType);

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken)
        {
            var mappings = await mediator.Send(new Query(), cancellationToken);
            return Results.Stream(stream => MappingCsv.WriteAsync(stream, mappings, cancellationToken), CsvFile.ContentType + "; charset=utf-8", "mappings.csv");
        }
    }

    internal sealed class Handler(IRideMappings mappings) : IRequestHandler<Query, IReadOnlyList<Mapping>>
    {
        public async Task<IReadOnlyList<Mapping>> Handle(Query request, CancellationToken cancellationToken) =>
            await mappings.ExportAsync(cancellationToken);
    }
}
