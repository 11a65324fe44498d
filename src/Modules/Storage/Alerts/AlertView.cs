using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Storage.Alerts;

/// <summary>An alert as the API shows it. <c>subject</c> is the table; null: the warehouse. <c>threshold</c> is the one that was passed.</summary>
internal sealed record AlertView(
    uint AlertId, string Severity, string Type, string? Subject, string Message, double Threshold, double CurrentValue, DateTime CreatedAt, DateTime UpdatedAt,
    DateTime? ClosedAt, IReadOnlyList<DeliveryView> Deliveries)
{
    public static AlertView Of(Alert alert, IEnumerable<Delivery> deliveries) => new(
        alert.AlertId, alert.Severity.ToUpperSnake(), alert.Type.ToUpperSnake(), alert.Subject.Length == 0 ? null : alert.Subject, alert.Message,
        alert.Threshold, alert.CurrentValue, alert.CreatedAt, alert.UpdatedAt, alert.ClosedAt,
        [.. deliveries.Select(d => new DeliveryView(d.Channel, d.Event, Status(d), d.Attempts, d.DeliveredAt, d.LastError))]);

    private static string Status(Delivery delivery) =>
        delivery.DeliveredAt is not null ? "DELIVERED" : delivery.LastError is null ? "PENDING" : "FAILED";
}

/// <summary><c>status</c>: DELIVERED, PENDING, or FAILED, which is tried again.</summary>
internal sealed record DeliveryView(string Channel, string Event, string Status, int Attempts, DateTime? DeliveredAt, string? Error);
