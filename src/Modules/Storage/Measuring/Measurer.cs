using System.Data.Common;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Storage.Alerts;
using ThemePark.MySql;

namespace ThemePark.Modules.Storage.Measuring;

/// <summary>What a measurement and the check behind it came to.</summary>
internal sealed record MeasurementResult(Measurement Measurement, int Tables, AlertChanges Alerts);

/// <summary>Measures, stores, and looks whether somebody should know: the same by schedule and by hand.</summary>
internal sealed class Measurer(StorageMeter meter, AlertCheck alerts, MySqlDatabase database, TimeProvider clock, ILogger<Measurer> logger)
{
    /// <param name="job">The run that measures, which then fences the write; null when a person does.</param>
    public async Task<MeasurementResult> RunAsync(IJobRun? job, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var at = clock.GetUtcNow().UtcDateTime;
        var reading = await meter.ReadAsync(cancellationToken);
        var took = clock.GetElapsedTime(begun);

        // Should the outcome of a COMMIT be lost, a second row says the same: no harm.
        var measurement = await MySqlRetry.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenAsync(token);
                await using var tx = await connection.BeginTransactionAsync(token);
                await FenceAsync(job, tx, token);
                var stored = await MeasurementStore.AddAsync(tx, reading, at, took, token);
                await tx.CommitAsync(token);
                return stored;
            },
            clock,
            logger,
            cancellationToken);

        return new MeasurementResult(measurement, reading.WholeTables.Count(), await alerts.RunAsync(cancellationToken));
    }

    private static ValueTask FenceAsync(IJobRun? job, DbTransaction tx, CancellationToken cancellationToken) =>
        job?.FenceAsync(tx, cancellationToken) ?? ValueTask.CompletedTask;
}
