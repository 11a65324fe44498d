using MediatR;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Features;

/// <summary>A backup for the operator who waits for it, verified unless told otherwise; nothing older is removed.</summary>
internal static class MakeBackup
{
    internal sealed record Command(bool Verify, string? Why) : IRequest<Outcome<Backup>>;

    internal sealed class Handler(BackupMaker maker, BackupVerifier verifier, IAuditLog audit) : IRequestHandler<Command, Outcome<Backup>>
    {
        public async Task<Outcome<Backup>> Handle(Command request, CancellationToken cancellationToken)
        {
            try
            {
                var backup = await maker.RunAsync(request.Why, cancellationToken);
                await audit.RecordAsync("backup.create", backup.Id, null, request.Why, cancellationToken);
                return request.Verify ? await verifier.RunAsync(backup, cancellationToken) : backup;
            }
            catch (BackupException e)
            {
                return new Failure("BACKUP_FAILED", StatusCodes.Status500InternalServerError, e.Message);
            }
        }
    }
}
