using System.Globalization;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;
using ThemePark.Modules.Operations.Deploying;

namespace ThemePark.Modules.Operations.Features;

/// <summary>
/// Runs the migrations that take away what the release before needed, once the days of grace since the recorded switch have passed; after a backup that is
/// known to restore.
/// </summary>
internal static class ContractSchema
{
    internal sealed record Command(string? Why) : IRequest<Outcome<Result>>;

    /// <param name="Applied">Files, in the order they were run; empty: there was nothing to take away, and no backup was made.</param>
    internal sealed record Result(string Deployment, string? Backup, IReadOnlyList<string> Applied);

    internal sealed class Handler(
        DeployRunner runner, MigrationRunner migrations, BackupMaker maker, BackupVerifier verifier, IAuditLog audit, IOptions<DeployOptions> options, TimeProvider time)
        : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            try
            {
                return await RunAsync(request, cancellationToken);
            }
            catch (Exception e) when (e is DeployException or BackupException or MigrationException)
            {
                return new Failure("CONTRACT_FAILED", StatusCodes.Status409Conflict, e.Message);
            }
        }

        private async Task<Result> RunAsync(Command request, CancellationToken cancellationToken)
        {
            if (await runner.ListAsync(cancellationToken) is not [{ State: DeploymentState.Completed } journal, ..])
            {
                throw new DeployException("The newest deployment is not completed: there is no switch to count the days from.");
            }

            var due = DeploymentView.ContractDue(journal, options.Value)!.Value;
            var now = time.GetUtcNow().UtcDateTime;
            if (now < due)
            {
                throw new DeployException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Release {journal.Head.To} runs since {due.AddDays(-options.Value.ContractAfterDays):yyyy-MM-dd HH:mm} UTC; what the one before needs may be taken away from {due:yyyy-MM-dd HH:mm} UTC on."));
            }

            if (!(await migrations.StatusAsync(cancellationToken)).Any(m => m.AwaitsContract))
            {
                return new Result(journal.Head.Id, null, []);
            }

            var backup = await verifier.RunAsync(await maker.RunAsync($"before contract of deployment {journal.Head.Id}", cancellationToken), cancellationToken);
            if (backup.Verification is { Passed: false } bad)
            {
                throw new DeployException($"Backup {backup.Id} does not restore: {string.Join(' ', bad.Problems)}");
            }

            journal.Write(now, Steps.Contract, StepEvent.Started);
            var begun = time.GetTimestamp();
            var report = await migrations.ContractAsync(cancellationToken);
            journal.Write(
                time.GetUtcNow().UtcDateTime, Steps.Contract, StepEvent.Done, time.GetElapsedTime(begun),
                new Dictionary<string, string> { ["applied"] = string.Join(' ', report.Changed), [BackupSteps.Id] = backup.Id });
            await audit.RecordAsync("deploy.contract", journal.Head.Id, new { report.Changed }, request.Why, cancellationToken);
            return new Result(journal.Head.Id, backup.Id, report.Changed);
        }
    }
}
