using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Deploying;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Takes the newest deployment back, whether it was completed or interrupted; with its data when the operator says so.</summary>
internal static class RollBackDeployment
{
    internal sealed record Command(bool Restore, string? Why, IDeployWatcher? Watcher) : IRequest<Outcome<DeploymentView>>;

    internal sealed class Handler(DeployRunner runner, IAuditLog audit, IOptions<DeployOptions> options) : IRequestHandler<Command, Outcome<DeploymentView>>
    {
        public async Task<Outcome<DeploymentView>> Handle(Command request, CancellationToken cancellationToken)
        {
            try
            {
                var journal = await runner.BackAsync(request.Restore, request.Watcher, cancellationToken);
                await audit.RecordAsync("deploy.rollback", journal.Head.Id, new { request.Restore }, request.Why, cancellationToken);
                return DeploymentView.Of(journal, runner.StepsOf(journal.Head), options.Value);
            }
            catch (DeployException e)
            {
                return new Failure("ROLLBACK_FAILED", StatusCodes.Status409Conflict, e.Message);
            }
        }
    }
}
