using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;
using ThemePark.Modules.Metadata.Contracts;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>Parks and rides by what was typed, errors included.</summary>
internal static class SearchByName
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;
    private const int MaxText = 100;

    internal sealed record Query(string? Q, int? Limit) : IRequest<Outcome<Result>>;

    internal sealed record Result(bool Success, string Query, int Count, IReadOnlyList<Hit> Results, Attribution Attribution);

    /// <param name="Score">0 to 100; from 80 the name begins with what was typed, from 50 it has its words, below it is spelled alike.</param>
    internal sealed record Hit(
        int Id, string Name, string Type, EntityKind EntityType, int ParkId, string? ParkName, string? Location, string Url, double Score);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAnalytics("/api/search", "Search")
            .MapGet("", Handle)
            .WithName(nameof(SearchByName))
            .WithSummary("Parks, attractions and shows whose name is, begins with, has or resembles what was typed; best first.")
            .Produces<Result>()
            .Revalidated(live: false);

        private static async Task<IResult> Handle([AsParameters] Query query, IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(query, cancellationToken)).ToHttp();
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator()
        {
            RuleFor(q => q.Q).Must(q => !string.IsNullOrWhiteSpace(q)).WithMessage("q is required: what to look for.");
            RuleFor(q => q.Q).MaximumLength(MaxText).WithMessage($"q must be at most {MaxText} characters.");
            RuleFor(q => q.Limit).InclusiveBetween(1, MaxLimit);
        }
    }

    internal sealed class Handler(ISearch search) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var text = request.Q!.Trim();
            var hits = await search.FindAsync(text, request.Limit ?? DefaultLimit, cancellationToken);
            return new Result(true, text, hits.Count, [.. hits.Select(h => Of(h.Entry, h.Score))], Attribution.ThemeParksWiki);
        }

        private static Hit Of(SearchEntry entry, double score)
        {
            var type = entry.IsPark ? "park" : "ride";
            var url = string.Create(CultureInfo.InvariantCulture, $"/{type}-detail.html?id={entry.Id}");
            return new Hit(entry.Id, entry.Name, type, entry.Kind, entry.ParkId, entry.ParkName, entry.Location, url, score);
        }
    }
}
