using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Http;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Features;

/// <summary>
/// Puts a backup in the place of the database, as it is or with everything the binary log has from it until an instant; in a maintenance only. To an instant
/// exactly or not at all: whoever would lose what came after a backup says so by its id.
/// </summary>
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

    internal sealed class Handler(BackupStore store, Reaches reaches, BackupRestorer restorer, IAuditLog audit) : IRequestHandler<Command, Outcome<Restored>>
    {
        public async Task<Outcome<Restored>> Handle(Command request, CancellationToken cancellationToken)
        {
            try
            {
                // The log knows whole seconds: what was written within the one that was asked for is left out.
                DateTime? until = request.At?.UtcDateTime is { } at ? at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)) : null;
                var found = until is { } point ? await reaches.FindAsync(point, cancellationToken) : await FindAsync(request.Id!, cancellationToken);
                if (found.Failure is { } failure)
                {
                    return failure;
                }

                var restored = await restorer.RunAsync(found.Value, until, cancellationToken);
                await audit.RecordAsync("backup.restore", found.Value.Id, new { restored.Until, restored.Previous }, request.Why, cancellationToken);
                return restored;
            }
            catch (BackupException e)
            {
                return new Failure("RESTORE_FAILED", StatusCodes.Status409Conflict, e.Message);
            }
        }

        private async Task<Outcome<Backup>> FindAsync(string id, CancellationToken cancellationToken) =>
            await store.FindAsync(id, cancellationToken) is { } backup ? backup : Failure.NotFound("BACKUP_NOT_FOUND", $"There is no backup '{id}' in {store.Root}.");
    }
}
