using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Backups;

namespace ThemePark.Modules.Operations.Features;

/// <summary>The backups in the directory of this node, the newest first.</summary>
internal static class ListBackups
{
    internal sealed record Query : IRequest<Outcome<Page<Item>>>;

    /// <param name="Verified">Null: never restored into a scratch server; false: that failed.</param>
    /// <param name="Problems">What was wrong then.</param>
    /// <param name="Reach">TO_NOW, TO_RESTORE, ITSELF or UNKNOWN: how far the server's log leads on from it.</param>
    /// <param name="ReachableFrom">UTC: the first point a restore can lead to from it; null: none but itself.</param>
    /// <param name="ReachableTo">UTC: the last; null: none, or unknown.</param>
    /// <param name="ReachEnds">Why it is not to now.</param>
    internal sealed record Item(
        string Id, DateTime CreatedAt, double Seconds, long Bytes, string Consistency, int SchemaVersion, string ProgramVersion, bool? Verified, DateTime? VerifiedAt,
        IReadOnlyList<string> Problems, string? Why, string Reach, DateTime? ReachableFrom, DateTime? ReachableTo, string? ReachEnds);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app.MapAdmin("/backups", "Operations")
            .MapGet("", async (IMediator mediator, CancellationToken ct) => (await mediator.Send(new Query(), ct)).ToHttp())
            .WithName("ListBackups")
            .WithSummary("The backups in the directory of this node, and whether each is known to restore; the points in time that each leads to.")
            .Produces<Page<Item>>();
    }

    internal sealed class Handler(Reaches reaches, TimeProvider time) : IRequestHandler<Query, Outcome<Page<Item>>>
    {
        public async Task<Outcome<Page<Item>>> Handle(Query request, CancellationToken cancellationToken)
        {
            IReadOnlyList<(Backup Backup, Reach Reach)> all;
            try
            {
                all = await reaches.ReadAsync(cancellationToken);
            }
            catch (BackupException e)
            {
                return new Failure("BACKUP_UNREADABLE", StatusCodes.Status500InternalServerError, e.Message);
            }

            var items = all.Select(a => Of(a.Backup, a.Reach)).ToList();
            return new Page<Item>(items, new PageMetadata(items.Count, items.Count, time.GetUtcNow().UtcDateTime));
        }

        private static Item Of(Backup b, Reach reach) => new(
            b.Id, b.CreatedAt, b.Seconds, b.Bytes, b.Consistency.ToUpperSnake(), b.SchemaVersion, b.ProgramVersion, b.Verification?.Passed, b.Verification?.At,
            b.Verification?.Problems ?? [], b.Why, reach.State.ToUpperSnake(), reach.From, reach.To, reach.Why);
    }
}
