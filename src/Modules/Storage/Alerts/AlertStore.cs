using System.Data.Common;
using System.Text.Json;
using Dapper;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Storage.Alerts;

/// <summary>Something to tell, and how that went. Instants are UTC.</summary>
internal sealed record Delivery
{
    public uint DeliveryId { get; init; }

    public uint AlertId { get; init; }

    public required string Event { get; init; }

    public required string Channel { get; init; }

    public required string Alert { get; init; }

    public DateTime CreatedAt { get; init; }

    public int Attempts { get; init; }

    public DateTime? DeliveredAt { get; init; }

    public string? LastError { get; init; }

    public AlertNotice Notice() => new(DeliveryId, EnumText.Parse<AlertEvent>(Event), JsonSerializer.Deserialize<Alert>(Alert, ApiJson.Options)!);
}

/// <summary>Alerts and their deliveries. A type and subject has one open alert: a unique key of the table sees to it.</summary>
internal sealed class AlertStore(MySqlDatabase database)
{
    private const int MostAlerts = 500;
    private const int MostAtOnce = 100;
    private const int MostErrorText = 500;

    /// <summary>Locks the open alerts until the transaction ends: looks come one after the other.</summary>
    public static async Task<IReadOnlyList<Alert>> HoldOpenAsync(DbTransaction tx, CancellationToken cancellationToken)
    {
        var rows = await tx.Connection!.QueryAsync<Row>(new CommandDefinition(
            $"{SelectOpen} FOR UPDATE", new { Most = MostAlerts }, tx, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.Alert())];
    }

    public async Task<IReadOnlyList<Alert>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(SelectOpen, new { Most = MostAlerts }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.Alert())];
    }

    /// <summary>A page of those that are over, the one that opened last first, and how many there are.</summary>
    public async Task<(IReadOnlyList<Alert> Alerts, long Total)> ClosedAsync(int limit, int offset, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(CountClosed, cancellationToken: cancellationToken));
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(SelectClosed, new { Limit = limit, Offset = offset }, cancellationToken: cancellationToken));
        return ([.. rows.Select(r => r.Alert())], total);
    }

    /// <summary>Opens an alert, or brings the open one up to date.</summary>
    public static async Task<Alert> PutAsync(DbTransaction tx, Alert? open, Finding finding, DateTime now, CancellationToken cancellationToken)
    {
        var alert = new Alert
        {
            AlertId = open?.AlertId ?? 0,
            Type = finding.Type,
            Subject = finding.Subject,
            Severity = finding.Severity,
            Message = finding.Message,
            Threshold = finding.Threshold,
            CurrentValue = finding.Value,
            CreatedAt = open?.CreatedAt ?? now,
            UpdatedAt = now,
        };
        var parameters = new
        {
            alert.AlertId,
            Type = alert.Type.ToUpperSnake(),
            alert.Subject,
            Severity = alert.Severity.ToUpperSnake(),
            alert.Message,
            alert.Threshold,
            alert.CurrentValue,
            Now = now,
        };
        if (open is not null)
        {
            await tx.Connection!.ExecuteAsync(new CommandDefinition(Update, parameters, tx, cancellationToken: cancellationToken));
            return alert;
        }

        return alert with { AlertId = await tx.Connection!.ExecuteScalarAsync<uint>(new CommandDefinition(Insert, parameters, tx, cancellationToken: cancellationToken)) };
    }

    public static async Task<Alert> CloseAsync(DbTransaction tx, Alert alert, DateTime now, CancellationToken cancellationToken)
    {
        await tx.Connection!.ExecuteAsync(new CommandDefinition(Close, new { alert.AlertId, Now = now }, tx, cancellationToken: cancellationToken));
        return alert with { UpdatedAt = now, ClosedAt = now };
    }

    public static Task<uint> AddDeliveryAsync(
        DbTransaction tx, Alert alert, AlertEvent what, AlertChannel channel, DateTime now, CancellationToken cancellationToken) =>
        tx.Connection!.ExecuteScalarAsync<uint>(new CommandDefinition(
            InsertDelivery,
            new
            {
                alert.AlertId,
                Event = what.ToUpperSnake(),
                Channel = channel.ToUpperSnake(),
                Alert = JsonSerializer.Serialize(alert, ApiJson.Options),
                Now = now,
            },
            tx,
            cancellationToken: cancellationToken));

    public async Task<Delivery?> FindDeliveryAsync(uint delivery, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Delivery>(new CommandDefinition(
            $"{Deliveries} WHERE delivery_id = @Id", new { Id = delivery }, cancellationToken: cancellationToken));
    }

    /// <summary>Of these alerts, oldest first.</summary>
    public async Task<ILookup<uint, Delivery>> DeliveriesAsync(IReadOnlyCollection<uint> alerts, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Delivery>(new CommandDefinition(
            $"{Deliveries} WHERE alert_id IN @Ids ORDER BY delivery_id LIMIT @Most", new { Ids = alerts, Most = 10 * MostAlerts }, cancellationToken: cancellationToken));
        return rows.ToLookup(d => d.AlertId);
    }

    /// <summary>What waits to be told on these channels, oldest first.</summary>
    public async Task<IReadOnlyList<uint>> UndeliveredAsync(IReadOnlyCollection<AlertChannel> channels, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<uint>(new CommandDefinition(
            SelectUndelivered, new { Channels = channels.Select(c => c.ToUpperSnake()), Most = MostAtOnce }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Notes an attempt; <paramref name="error"/> null: it was delivered.</summary>
    public async Task AttemptedAsync(uint delivery, string? error, DateTime now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            UpdateDelivery,
            new { Id = delivery, Error = error?[..Math.Min(error.Length, MostErrorText)], DeliveredAt = error is null ? now : (DateTime?)null },
            cancellationToken: cancellationToken));
    }

    private sealed class Row
    {
        public uint AlertId { get; init; }
        public string Type { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Severity { get; init; } = "";
        public string Message { get; init; } = "";
        public double Threshold { get; init; }
        public double CurrentValue { get; init; }
        public DateTime OpenedAt { get; init; }
        public DateTime UpdatedAt { get; init; }
        public DateTime? ClosedAt { get; init; }

        public Alert Alert() => new()
        {
            AlertId = AlertId,
            Type = EnumText.Parse<AlertType>(Type),
            Subject = Subject,
            Severity = EnumText.Parse<AlertSeverity>(Severity),
            Message = Message,
            Threshold = Threshold,
            CurrentValue = CurrentValue,
            CreatedAt = OpenedAt,
            UpdatedAt = UpdatedAt,
            ClosedAt = ClosedAt,
        };
    }

    private const string Alerts =
        """
        SELECT
            alert_id AS AlertId,
            type AS Type,
            subject AS Subject,
            severity AS Severity,
            message AS Message,
            threshold AS Threshold,
            current_value AS CurrentValue,
            opened_at AS OpenedAt,
            updated_at AS UpdatedAt,
            closed_at AS ClosedAt
        FROM storage_alerts
        """;

    private const string SelectOpen = $"{Alerts} WHERE closed_at IS NULL ORDER BY severity, alert_id LIMIT @Most";

    private const string CountClosed = "SELECT COUNT(*) FROM storage_alerts WHERE closed_at IS NOT NULL";

    private const string SelectClosed = $"{Alerts} WHERE closed_at IS NOT NULL ORDER BY alert_id DESC LIMIT @Limit OFFSET @Offset";

    private const string Insert =
        """
        INSERT INTO storage_alerts (type, subject, severity, message, threshold, current_value, opened_at, updated_at)
        VALUES (@Type, @Subject, @Severity, @Message, @Threshold, @CurrentValue, @Now, @Now);
        SELECT LAST_INSERT_ID()
        """;

    private const string Update =
        """
        UPDATE storage_alerts
        SET severity = @Severity,
            message = @Message,
            threshold = @Threshold,
            current_value = @CurrentValue,
            updated_at = @Now
        WHERE alert_id = @AlertId
        """;

    private const string Close = "UPDATE storage_alerts SET updated_at = @Now, closed_at = @Now WHERE alert_id = @AlertId";

    private const string InsertDelivery =
        """
        INSERT INTO storage_alert_deliveries (alert_id, event, channel, alert, created_at)
        VALUES (@AlertId, @Event, @Channel, @Alert, @Now);
        SELECT LAST_INSERT_ID()
        """;

    private const string Deliveries =
        """
        SELECT
            delivery_id AS DeliveryId,
            alert_id AS AlertId,
            event AS Event,
            channel AS Channel,
            alert AS Alert,
            created_at AS CreatedAt,
            CAST(attempts AS SIGNED) AS Attempts,
            delivered_at AS DeliveredAt,
            last_error AS LastError
        FROM storage_alert_deliveries
        """;

    private const string SelectUndelivered =
        """
        SELECT delivery_id
        FROM storage_alert_deliveries
        WHERE delivered_at IS NULL
          AND channel IN @Channels
        ORDER BY delivery_id
        LIMIT @Most
        """;

    private const string UpdateDelivery =
        """
        UPDATE storage_alert_deliveries
        SET attempts = attempts + 1,
            delivered_at = @DeliveredAt,
            last_error = @Error
        WHERE delivery_id = @Id
        """;
}
