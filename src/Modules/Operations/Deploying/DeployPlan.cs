namespace ThemePark.Modules.Operations.Deploying;

/// <summary>The steps of a deployment, in their order.</summary>
internal sealed class DeployPlan(PreflightSteps preflight, BackupSteps backup, SchemaSteps schema, SwitchSteps switching, AfterSteps after)
{
    /// <summary>Not a step of a deployment: what a way back may have between the two releases.</summary>
    public Step Restore { get; } = new(Steps.Restore, "put the backup in the place of the database", backup.RestoreAsync);

    public IReadOnlyList<Step> Of(DeploymentHead head) => [.. All(head).Where(s => !head.Fresh || !NeedsSchema.Contains(s.Id))];

    private static readonly string[] NeedsSchema = [Steps.Space, Steps.Schema, Steps.Drain, Steps.Backup, Steps.Verify, Steps.Maintenance, Steps.Serve];

    private IReadOnlyList<Step> All(DeploymentHead head) =>
    [
        new(Steps.Releases, "the new release is whole and is not the current one", preflight.ReleasesAsync),
        new(Steps.Space, "the disk has room for the backup and its restore", preflight.SpaceAsync),
        new(Steps.Schema, "the server and the schema are as the new release expects", preflight.SchemaAsync),
        new(Steps.Baseline, "how the current release answers now", preflight.BaselineAsync),
        .. head.KeepCollecting ? Array.Empty<Step>() : [new(Steps.Drain, "hold jobs back, so that nothing writes; callers are served", preflight.DrainAsync, preflight.UndrainAsync)],
        new(Steps.Backup, "copy the database", backup.CreateAsync),
        new(Steps.Verify, "restore the copy into a scratch server and compare", backup.VerifyAsync),
        new(Steps.Expand, "run the migrations that add", schema.ExpandAsync, schema.ShrinkAsync),
        new(Steps.Maintenance, "refuse callers and hold jobs back", switching.CloseAsync, switching.ReopenAsync),
        new(Steps.Stop, "stop the current release", switching.StopAsync, switching.StartPreviousAsync),
        new(Steps.Link, "point `current` at the new release", switching.LinkAsync, switching.LinkBackAsync),
        new(Steps.Start, "start the new release", switching.StartAsync, switching.StopNewAsync),
        new(Steps.Ready, "the new release says that it is ready", switching.ReadyAsync),
        new(Steps.Serve, "serve callers and run jobs again", switching.OpenAsync, switching.CloseAgainAsync),
        new(Steps.Observe, "the new release answers as well as the one before", switching.ObserveAsync),
        new(Steps.Backfill, "fill in what the release has added, as jobs that resume", after.BackfillAsync),
        new(Steps.Console, "open the console", after.OpenConsoleAsync),
        new(Steps.Watch, "begin the watch over the release", after.WatchAsync, after.UnwatchAsync),
    ];
}
