using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;
using ThemePark.MySql;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>Begins and ends watches; it speaks for the caller of its scope in the audit log (<c>watch.start</c>, <c>watch.stop</c>).</summary>
internal sealed class WatchControl(WatchStore store, IAuditLog audit, TimeProvider time)
{
    /// <summary>
    /// Begins the watch over a release that was just deployed. A watch over another release ends: that release is gone. 409 INVALID_STATE when this one is
    /// watched already.
    /// </summary>
    public async Task<Outcome<WatchView>> StartAsync(string version, string by, string? why, CancellationToken cancellationToken)
    {
        if (await store.RunningAsync(cancellationToken) is { } running && running.Version != version)
        {
            await EndAsync(running, by, $"Release {version} took its place.", cancellationToken);
        }

        return await BeginAsync(version, by, why, cancellationToken);
    }

    /// <summary>Begins a watch; 409 INVALID_STATE while there is one, over whatever release.</summary>
    public async Task<Outcome<WatchView>> BeginAsync(string version, string by, string? why, CancellationToken cancellationToken)
    {
        if (await store.RunningAsync(cancellationToken) is { } running)
        {
            return Running(running.Version);
        }

        try
        {
            var watch = await store.AddAsync(
                new Watch { Version = version, State = WatchState.Watching, BegunAt = Now(), BegunBy = by, Why = why }, cancellationToken);
            await audit.RecordAsync("watch.start", Subject(watch), new { watch.Version }, why, cancellationToken);
            return WatchView.Of(watch, Now());
        }
        catch (DbException e) when (MySqlErrors.IsDuplicateKey(e))
        {
            // Somebody else began one in between.
            return Running((await store.RunningAsync(cancellationToken))?.Version ?? version);
        }
    }

    /// <summary>Ends the watch that goes on; 409 INVALID_STATE when none does.</summary>
    public async Task<Outcome<WatchView>> StopAsync(string by, string why, CancellationToken cancellationToken) =>
        await store.RunningAsync(cancellationToken) is { } running && await EndAsync(running, by, why, cancellationToken) is { } ended
            ? WatchView.Of(ended, Now())
            : new Failure("INVALID_STATE", StatusCodes.Status409Conflict, "No release is watched.");

    private async Task<Watch?> EndAsync(Watch watch, string by, string why, CancellationToken cancellationToken)
    {
        var ended = watch with { State = WatchState.Ended, EndedAt = Now(), EndedBy = by, EndWhy = why };
        if (!await store.EndAsync(watch.WatchId, WatchState.Ended, Now(), by, why, cancellationToken))
        {
            return null;
        }

        await audit.RecordAsync("watch.stop", Subject(watch), new { watch.Version }, why, cancellationToken);
        return ended;
    }

    private static Failure Running(string version) =>
        new("INVALID_STATE", StatusCodes.Status409Conflict, $"Release {version} is watched; stop that watch first.");

    private static string Subject(Watch watch) => watch.WatchId.ToString(CultureInfo.InvariantCulture);

    private DateTime Now() => time.GetUtcNow().UtcDateTime;
}
