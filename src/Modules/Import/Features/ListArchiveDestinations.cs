using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Import.Sources;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Import.Features;

/// <summary>What the archive holds: its destinations with first and last day and number of day files.</summary>
internal static class ListArchiveDestinations
{
    internal sealed record Query : IRequest<Outcome<Result>>;

    internal sealed record Result(IReadOnlyList<Entry> Data, string Source, PageMetadata Metadata);

    /// <summary><c>destination_id</c> and <c>destination_name</c> are null until the catalogue has them.</summary>
    internal sealed record Entry(
        Guid DestinationUuid, int? DestinationId, string? DestinationName, DateOnly FirstDay, DateOnly LastDay, int FileCount);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/import", "Import")
            .MapGet("/destinations", Handle)
            .WithName(nameof(ListArchiveDestinations))
            .WithSummary("The destinations found in the archive, with first and last day and file count; lists the whole archive.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(IArchiveSource source, ICatalogue catalogue, TimeProvider clock) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            try
            {
                var extents = await source.ListExtentsAsync(cancellationToken);
                var known = (await catalogue.ListDestinationsAsync(cancellationToken)).ToDictionary(d => d.Uuid);
                var entries = extents.Select(e => new Entry(
                    e.DestinationUuid,
                    known.GetValueOrDefault(e.DestinationUuid)?.DestinationId,
                    known.GetValueOrDefault(e.DestinationUuid)?.Name,
                    e.FirstDay,
                    e.LastDay,
                    e.Files)).ToList();
                return new Result(
                    entries, $"{source.Kind}:{source.Location}", new PageMetadata(entries.Count, entries.Count, clock.GetUtcNow().UtcDateTime));
            }
            catch (ArchiveException e)
            {
                return ArchiveFailures.Unavailable(e);
            }
        }
    }
}
