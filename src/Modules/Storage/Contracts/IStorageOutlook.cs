namespace ThemePark.Modules.Storage.Contracts;

/// <summary>How the disk fills, for those who watch over a release.</summary>
public interface IStorageOutlook
{
    /// <summary>As the last measurement has it; null when there never was one.</summary>
    Task<DiskOutlook?> DiskAsync(CancellationToken cancellationToken);

    /// <summary>The alerts that are open; null when storage was never measured, for then none can open.</summary>
    Task<OpenAlerts?> AlertsAsync(CancellationToken cancellationToken);
}

/// <param name="MeasuredAt">UTC.</param>
/// <param name="BytesPerDay">Steps such as an import of years are left out; null: that needs two measurements.</param>
/// <param name="IsCapacityKnown">False: neither a limit nor the volume can be seen, so nobody knows when it is full.</param>
/// <param name="DaysUntilFull">At that rate; null when that is unknown, or never comes.</param>
public sealed record DiskOutlook(DateTime MeasuredAt, double? BytesPerDay, bool IsCapacityKnown, double? DaysUntilFull);

public sealed record OpenAlerts(int Critical, int Warning);
