using MediatR;
using Microsoft.Extensions.Logging;
using ThemePark.Jobs;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Features;

/// <summary>
/// Makes a backup, restores it into a scratch server to know that it is one, and removes those that are not kept any longer. Sent weekly and by hand. A run that is
/// repeated makes another.
/// </summary>
internal static class CreateBackup
{
    [Job("operations.backup.v1", Queue = "operations", Retries = 1, FirstDelay = "00:10:00")]
    internal sealed record Command(string? Why = null) : IJobCommand;

    internal sealed class Handler(BackupMaker maker, BackupVerifier verifier, BackupStore store, IJobRun job, TimeProvider time) : IRequestHandler<Command>
    {
        public async Task<Unit> Handle(Command request, CancellationToken cancellationToken)
        {
            job.Progress(0, "writing the database");
            var backup = await maker.RunAsync(request.Why, cancellationToken);
            job.Log(LogLevel.Information, FormattableString.Invariant($"backup {backup.Id}: {backup.Bytes} bytes in {backup.Seconds:0.0} s"));
            job.Progress(0.5, "restoring it into a scratch server");
            var verified = await verifier.RunAsync(backup, cancellationToken);
            if (verified.Verification is { Passed: false } failed)
            {
                throw new JobFailedException($"Backup {backup.Id} does not restore: {string.Join(' ', failed.Problems)}");
            }

            foreach (var gone in await store.PruneAsync(time.GetUtcNow().UtcDateTime, cancellationToken))
            {
                job.Log(LogLevel.Information, $"backup {gone} is not kept any longer");
            }

            return Unit.Value;
        }
    }
}
