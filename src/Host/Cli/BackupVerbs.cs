using System.CommandLine;
using System.Globalization;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Modules.Operations.Features;

namespace ThemePark.Host.Cli;

internal static class BackupVerbs
{
    private static readonly Argument<string> Id = new("ID") { Description = "The backup, as `backup list` has it" };
    private static readonly Argument<string?> MaybeId = new("ID") { Description = "The backup, as `backup list` has it", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<DateTimeOffset?> At = new("--at")
    {
        Description = "Everything that was committed before this second, such as 2026-11-21T14:05:00Z; needs the binary log of the server",
    };
    private static readonly Option<bool> NoVerify = new("--no-verify") { Description = "Do not restore it into a scratch server" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Really replace the database" };
    private static readonly Option<string?> Why = new("--why") { Description = "Kept with it and in the audit log" };

    public static Command Group() => CommandTree.Group(
        "backup",
        "Copies of the warehouse, and the way back.",
        CommandTree.Verb("create", "Copy the database as of one instant, list the raw objects and the settings, and restore the copy into a scratch server.", CreateAsync, NoVerify, Why),
        CommandTree.Verb("list", "The backups, newest first.", ListAsync),
        CommandTree.Verb("verify", "Restore a backup into a scratch server and compare.", VerifyAsync, Id),
        Restore());

    private static Command Restore()
    {
        var verb = CommandTree.Verb("restore", "Put a backup in the place of the database; only in a maintenance. What was there is kept beside it.", RestoreAsync, MaybeId, At, Yes, Why);
        verb.Validators.Add(result =>
        {
            if (!result.GetValue(Yes))
            {
                result.AddError("This replaces the database. Say --yes to do it.");
            }
        });
        return verb;
    }

    private static async Task<int> CreateAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        return Finish(context, await context.SendAsync(new MakeBackup.Command(!arguments.GetValue(NoVerify), arguments.GetValue(Why)), ct));
    }

    private static async Task<int> VerifyAsync(CliContext context, CancellationToken ct) =>
        Finish(context, await context.SendAsync(new VerifyBackup.Command(context.Arguments.GetRequiredValue(Id)), ct));

    private static int Finish(CliContext context, Outcome<Backup> outcome)
    {
        var code = context.Finish(outcome, backup => context.Output.Result(backup, () =>
        {
            context.Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{backup.Id}: {backup.Bytes} bytes in {backup.Seconds:0.0} s, {(backup.Consistency == Consistency.Quiesced ? "while nothing was written" : "of one transaction")}"));
            foreach (var problem in backup.Verification?.Problems ?? [])
            {
                context.Output.Line(problem);
            }

            context.Output.Line(backup.Log is { } place
                ? $"leads on to any second from {CliOutput.Instant(place.At)} on, as long as the server keeps its log from {place.File} on"
                : $"leads to no later point: {backup.NoLog ?? "when it was made, nobody noted where in the log that was"}");
            context.Output.Line(backup.Verification switch
            {
                null => "not verified",
                { Passed: true } good => string.Create(
                    CultureInfo.InvariantCulture, $"restored into a scratch server in {good.Seconds:0.0} s: {good.Tables.Count} tables, {good.Tables.Sum(t => t.Rows)} rows"),
                _ => "it does not restore",
            });
        }));
        return code == ExitCodes.Done && outcome.Value.Verification is { Passed: false } ? ExitCodes.Failed : code;
    }

    private static async Task<int> ListAsync(CliContext context, CancellationToken ct) =>
        context.Finish(await context.SendAsync(new ListBackups.Query(), ct), page => context.Output.Result(page, () => context.Output.Table(
            ["backup", "bytes", "consistency", "schema", "verified", "reaches", "why"],
            page.Data.Select(b => (IReadOnlyList<string>)
            [
                b.Id,
                b.Bytes.ToString(CultureInfo.InvariantCulture),
                b.Consistency,
                b.SchemaVersion.ToString("0000", CultureInfo.InvariantCulture),
                b.Verified switch { null => "never", true => CliOutput.Instant(b.VerifiedAt), false => "FAILED" },
                Reaches(b),
                b.Why ?? "",
            ]))));

    private static string Reaches(ListBackups.Item backup) => backup.Reach switch
    {
        "TO_NOW" => $"{CliOutput.Instant(backup.ReachableFrom)} to now",
        "TO_RESTORE" => $"{CliOutput.Instant(backup.ReachableFrom)} to {CliOutput.Instant(backup.ReachableTo)}",
        "ITSELF" => "itself",
        _ => "unknown",
    };

    private static async Task<int> RestoreAsync(CliContext context, CancellationToken ct)
    {
        var arguments = context.Arguments;
        // Not migrated first: what is there is about to go, and may be of another release.
        var command = new RestoreBackup.Command(arguments.GetValue(MaybeId), arguments.GetValue(At), arguments.GetValue(Why));
        return context.Finish(await context.SendAsync(command, ct, migrate: false), restored => context.Output.Result(restored, () =>
        {
            var until = restored.Until is { } point ? $" with everything before {CliOutput.Instant(point)}" : "";
            var held = restored.Rows is { } rows ? string.Create(CultureInfo.InvariantCulture, $": {restored.Tables} tables, {rows} rows") : ", which an interrupted run had loaded";
            context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{restored.Backup.Id}{until} is in place after {restored.Seconds:0.0} s{held}"));
            context.Output.Line($"What was there lies in database {restored.Previous}; drop it when it is not needed.");
            if (restored.NextBackup is { } next)
            {
                context.Output.Line($"Points from now on need a new backup: job {next} makes it once jobs run again.");
            }

            context.Output.Line("The warehouse is still in maintenance: look at it, then run `maintenance end`.");
        }));
    }
}
