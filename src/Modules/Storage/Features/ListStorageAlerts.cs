using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Storage.Alerts;

namespace ThemePark.Modules.Storage.Features;

/// <summary>What is open, critical first, how each of it was told, and the thresholds. Closed alerts are in the audit.</summary>
internal static class ListStorageAlerts
{
    internal sealed record Query : IRequest<Outcome<Result>>;

    internal sealed record Result(IReadOnlyList<Item> Alerts, Limits Thresholds);

    /// <summary><c>subject</c> is the table; null: the warehouse. <c>threshold</c> is the one that was passed.</summary>
    internal sealed record Item(
        uint AlertId, string Severity, string Type, string? Subject, string Message, double Threshold, double CurrentValue, DateTime CreatedAt, DateTime UpdatedAt,
        IReadOnlyList<Told> Deliveries);

    /// <summary><c>status</c>: DELIVERED, PENDING, or FAILED, which is tried again.</summary>
    internal sealed record Told(string Channel, string Event, string Status, int Attempts, DateTime? DeliveredAt, string? Error);

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
                [.. open.Select(a => Of(a, deliveries[a.AlertId]))],
                new Limits(
                    new Pair(limits.CapacityWarningPercent, limits.CapacityCriticalPercent),
                    new Pair(limits.GrowthWarningPercent, limits.GrowthCriticalPercent),
                    new Pair(limits.PartitionsWarning, limits.PartitionsCritical),
                    new Pair(limits.DaysUntilFullWarning, limits.DaysUntilFullCritical)));
        }

        private static Item Of(Alert alert, IEnumerable<Delivery> deliveries) => new(
            alert.AlertId, alert.Severity.ToUpperSnake(), alert.Type.ToUpperSnake(), alert.Subject.Length == 0 ? null : alert.Subject, alert.Message,
            alert.Threshold, alert.CurrentValue, alert.CreatedAt, alert.UpdatedAt,
            [.. deliveries.Select(d => new Told(d.Channel, d.Event, Status(d), d.Attempts, d.DeliveredAt, d.LastError))]);

        private static string Status(Delivery delivery) =>
            delivery.DeliveredAt is not null ? "DELIVERED" : delivery.LastError is null ? "PENDING" : "FAILED";
    }
}
