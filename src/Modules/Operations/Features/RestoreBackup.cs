using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Puts a backup in the place of the database, by its id or the newest good one until an instant; in a maintenance only.</summary>
internal static class RestoreBackup
{
    internal sealed record Command(string? Id, DateTimeOffset? At, string? Why) : IRequest<Outcome<Restored>>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c).Must(c => c.Id is null != c.At is null).WithMessage("Say which backup, once: its id, or --at with an instant.");
            RuleFor(c => c.Why).MaximumLength(500);
        }
    }

    internal sealed class Handler(BackupStore store, BackupRestorer restorer, IAuditLog audit) : IRequestHandler<Command, Outcome<Restored>>
    {
        public async Task<Outcome<Restored>> Handle(Command request, CancellationToken cancellationToken)
        {
            try
            {
                var backup = request.Id is { } id ? await store.FindAsync(id, cancellationToken) : await store.AtAsync(request.At!.Value.UtcDateTime, cancellationToken);
                if (backup is null)
                {
                    return Failure.NotFound("BACKUP_NOT_FOUND", request.Id is { } wanted
                        ? $"There is no backup '{wanted}' in {store.Root}."
                        : FormattableString.Invariant($"No backup in {store.Root} until {request.At!.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC is known to restore."));
                }

                var restored = await restorer.RunAsync(backup, cancellationToken);
                await audit.RecordAsync("backup.restore", backup.Id, new { restored.Previous }, request.Why, cancellationToken);
                return restored;
            }
            catch (BackupException e)
            {
                return new Failure("RESTORE_FAILED", StatusCodes.Status409Conflict, e.Message);
            }
        }
    }
}
