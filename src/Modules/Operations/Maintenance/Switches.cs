using Dapper;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Maintenance;

/// <summary>What can be switched for the whole warehouse.</summary>
internal enum Switch
{
    /// <summary>The API answers 503 and no job runs; health and the console can be read.</summary>
    Maintenance,

    /// <summary>The console answers 503.</summary>
    ConsoleClosed,
}

/// <summary>A switch that is on.</summary>
/// <param name="SinceAt">UTC.</param>
/// <param name="ExpectedEnd">UTC; null: nobody said.</param>
internal sealed record SwitchedOn(Switch Switch, DateTime SinceAt, DateTime? ExpectedEnd, string SetBy, string? Why);

/// <summary>The switches of the warehouse, one for all nodes.</summary>
internal sealed class Switches(MySqlDatabase database)
{
    public async Task<IReadOnlyList<SwitchedOn>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Name, DateTime SinceAt, DateTime? ExpectedEnd, string SetBy, string? Why)>(
            new CommandDefinition(Select, cancellationToken: cancellationToken));
        return [.. rows.Select(r => new SwitchedOn(Of(r.Name), r.SinceAt, r.ExpectedEnd, r.SetBy, r.Why))];
    }

    /// <summary>Switches on; what is on already keeps its beginning and takes the rest.</summary>
    public async Task OnAsync(SwitchedOn state, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Put, new { Name = Name(state.Switch), state.SinceAt, state.ExpectedEnd, state.SetBy, state.Why }, cancellationToken: cancellationToken));
    }

    /// <returns>False when it was off.</returns>
    public async Task<bool> OffAsync(Switch which, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Remove, new { Name = Name(which) }, cancellationToken: cancellationToken)) == 1;
    }

    private static string Name(Switch which) => which is Switch.Maintenance ? "MAINTENANCE" : "CONSOLE_CLOSED";

    private static Switch Of(string name) => name is "MAINTENANCE" ? Switch.Maintenance : Switch.ConsoleClosed;

    private const string Select = "SELECT name, since_at, expected_end, set_by, why FROM operation_switches ORDER BY name";

    private const string Put =
        """
        INSERT INTO operation_switches (name, since_at, expected_end, set_by, why)
        VALUES (@Name, @SinceAt, @ExpectedEnd, @SetBy, @Why)
        ON DUPLICATE KEY UPDATE
            expected_end = VALUES(expected_end),
            set_by = VALUES(set_by),
            why = VALUES(why)
        """;

    private const string Remove = "DELETE FROM operation_switches WHERE name = @Name";
}
