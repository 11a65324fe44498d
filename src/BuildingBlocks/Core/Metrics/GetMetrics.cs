using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ThemePark.BuildingBlocks;

/// <summary>What Prometheus asks for. Whether it needs a key decides <see cref="MetricsOptions"/>; <see cref="AdminKeyCheck"/> looks at it.</summary>
internal static class GetMetrics
{
    public const string Path = "/metrics";

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet(Path, Handle)
            .WithName(nameof(GetMetrics))
            .WithTags("Health")
            .WithSummary("Metrics of this process and of the database, in Prometheus' text format.")
            .WithDescription("Needs an admin key, unless Metrics:Anonymous is set.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesErrors(
                StatusCodes.Status401Unauthorized,
                StatusCodes.Status429TooManyRequests,
                StatusCodes.Status500InternalServerError,
                StatusCodes.Status503ServiceUnavailable);

        private static async Task<IResult> Handle(MetricScrape scrape, CancellationToken cancellationToken) =>
            Results.Text(await scrape.TextAsync(cancellationToken), PrometheusText.ContentType);
    }
}
