using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Alerts;

namespace ThemePark.Modules.Storage.Features;

/// <summary>What is open, critical first, how each of it was told, and the thresholds.</summary>
internal static class ListStorageAlerts
{
    internal sealed record Query : IRequest<Outcome<Result>>;

    internal sealed record Result(IReadOnlyList<AlertView> Alerts, Limits Thresholds);

    internal sealed record Limits(Pair CapacityPercent, Pair GrowthRateChangePercent, Pair Partitions, Pair DaysUntilFull);

    internal sealed record Pair(double Warning, double Critical);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/storage", "Storage")
            .MapGet("/alerts", Handle)
            .WithName(nameof(ListStorageAlerts))
            .WithSummary("Open alerts with their deliveries, and the thresholds.")
            .Produces<Result>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(AlertStore store, IOptions<StorageOptions> options) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var open = await store.OpenAsync(cancellationToken);
            var deliveries = await store.DeliveriesAsync([.. open.Select(a => a.AlertId)], cancellationToken);

            var limits = options.Value.Alerts;
            return new Result(
                [.. open.Select(a => AlertView.Of(a, deliveries[a.AlertId]))],
                new Limits(
                    new Pair(limits.CapacityWarningPercent, limits.CapacityCriticalPercent),
                    new Pair(limits.GrowthWarningPercent, limits.GrowthCriticalPercent),
                    new Pair(limits.PartitionsWarning, limits.PartitionsCritical),
                    new Pair(limits.DaysUntilFullWarning, limits.DaysUntilFullCritical)));
        }
    }
}
