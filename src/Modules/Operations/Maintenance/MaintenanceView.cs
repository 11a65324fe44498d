using ThemePark.Jobs;

namespace ThemePark.Modules.Operations.Maintenance;

/// <param name="Maintenance">Null: not in maintenance.</param>
/// <param name="ConsoleClosed">Null: the console is open.</param>
/// <param name="RunningJobs">Jobs under way on all nodes; none is left when a maintenance has drained them.</param>
internal sealed record MaintenanceView(SwitchView? Maintenance, SwitchView? ConsoleClosed, int RunningJobs);

/// <summary>Instants are UTC.</summary>
internal sealed record SwitchView(DateTime SinceAt, DateTime? ExpectedEnd, string SetBy, string? Why);

internal sealed class MaintenanceReader(Switches switches, IJobDrain drain)
{
    public async Task<MaintenanceView> ReadAsync(CancellationToken cancellationToken)
    {
        var on = await switches.ReadAsync(cancellationToken);
        return new MaintenanceView(Of(on, Switch.Maintenance), Of(on, Switch.ConsoleClosed), await drain.RunningAsync(cancellationToken));
    }

    private static SwitchView? Of(IReadOnlyList<SwitchedOn> on, Switch which) =>
        on.FirstOrDefault(s => s.Switch == which) is { } state ? new SwitchView(state.SinceAt, state.ExpectedEnd, state.SetBy, state.Why) : null;
}
