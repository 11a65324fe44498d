using System.Text.Json;
using Dapper;
using ThemePark.MySql;

namespace ThemePark.BuildingBlocks;

internal sealed class ActivityLog(MySqlDatabase database, ICurrentCaller current, TimeProvider time) : IAuditLog
{
    public async ValueTask RecordAsync(string action, string? subject, object? details, string? why, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            InsertEntry,
            new
            {
                At = time.GetUtcNow().UtcDateTime,
                Who = current.Caller.Name,
                Door = current.Caller.Door.ToUpperSnake(),
                Action = action,
                Subject = subject,
                Details = details is null ? null : JsonSerializer.Serialize(details, ApiJson.Options),
                Why = why,
                current.CorrelationId,
            },
            cancellationToken: cancellationToken));
    }

    private const string InsertEntry = """
        INSERT INTO activity_log (at, who, door, action, subject, details, why, correlation_id)
        VALUES (@At, @Who, @Door, @Action, @Subject, @Details, @Why, @CorrelationId)
        """;
}
