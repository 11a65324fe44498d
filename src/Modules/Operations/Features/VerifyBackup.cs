using MediatR;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Restores a backup into a scratch server and keeps what was found with it.</summary>
internal static class VerifyBackup
{
    internal sealed record Command(string Id) : IRequest<Outcome<Backup>>;

    internal sealed class Handler(BackupStore store, BackupVerifier verifier, IAuditLog audit) : IRequestHandler<Command, Outcome<Backup>>
    {
        public async Task<Outcome<Backup>> Handle(Command request, CancellationToken cancellationToken)
        {
            try
            {
                if (await store.FindAsync(request.Id, cancellationToken) is not { } backup)
                {
                    return Failure.NotFound("BACKUP_NOT_FOUND", $"There is no backup '{request.Id}' in {store.Root}.");
                }

                var verified = await verifier.RunAsync(backup, cancellationToken);
                await audit.RecordAsync("backup.verify", backup.Id, new { verified.Verification!.Passed }, null, cancellationToken);
                return verified;
            }
            catch (BackupException e)
            {
                return new Failure("BACKUP_FAILED", StatusCodes.Status500InternalServerError, e.Message);
            }
        }
    }
}
