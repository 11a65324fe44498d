using System.Globalization;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>All names at once, for a page that searches by itself.</summary>
internal static class GetSearchIndex
{
    internal sealed record Query : IRequest<Result>;

    internal sealed record Result(bool Success, IReadOnlyList<Park> Parks, IReadOnlyList<Ride> Rides, Meta Meta, Attribution Attribution);

    internal sealed record Park(int Id, string Name, string? Location, string Type, string Url);

    internal sealed record Ride(int Id, string Name, string? ParkName, int ParkId, string? Location, string Type, EntityKind EntityType, string Url);

    /// <param name="LastUpdated">When the catalogue last changed; null when it is empty.</param>
    internal sealed record Meta(int ParkCount, int RideCount, DateTime? LastUpdated);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/search", "Search")
            .MapGet("/index", Handle)
            .WithName(nameof(GetSearchIndex))
            .WithSummary("Every park, attraction and show by name.")
            .Produces<Result>()
            .Revalidated(live: false);

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            Results.Ok(await mediator.Send(new Query(), cancellationToken));
    }

    internal sealed class Handler(ISearch search) : IRequestHandler<Query, Result>
    {
        public async Task<Result> Handle(Query request, CancellationToken cancellationToken)
        {
            var index = await search.IndexAsync(cancellationToken);
            return new Result(
                true,
                [.. index.Parks.Select(p => new Park(p.Id, p.Name, p.Location, "park", Url("park", p.Id)))],
                [.. index.Rides.Select(r => new Ride(r.Id, r.Name, r.ParkName, r.ParkId, r.Location, "ride", r.Kind, Url("ride", r.Id)))],
                new Meta(index.Parks.Count, index.Rides.Count, index.LastChanged),
                Attribution.ThemeParksWiki);
        }

        // The pages of the existing frontend.
        private static string Url(string type, int id) => string.Create(CultureInfo.InvariantCulture, $"/{type}-detail.html?id={id}");
    }
}
