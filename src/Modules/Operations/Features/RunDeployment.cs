using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Deploying;

namespace ThemePark.Modules.Operations.Features;

/// <summary>Deploys a release on this machine, or goes on with the deployment that was interrupted. From the command line only: a host cannot replace itself.</summary>
internal static class RunDeployment
{
    internal sealed record Command(string Release, string? Why, bool KeepCollecting, IDeployWatcher? Watcher) : IRequest<Outcome<DeploymentView>>;

    internal sealed class Handler(DeployRunner runner, ICurrentCaller current, IAuditLog audit, IOptions<DeployOptions> options)
        : IRequestHandler<Command, Outcome<DeploymentView>>
    {
        public async Task<Outcome<DeploymentView>> Handle(Command request, CancellationToken cancellationToken)
        {
            try
            {
                var journal = await runner.RunAsync(request.Release, current.Caller.Name, request.Why, request.KeepCollecting, request.Watcher, cancellationToken);
                await audit.RecordAsync("deploy.run", journal.Head.Id, new { journal.Head.From, journal.Head.To }, request.Why, cancellationToken);
                return DeploymentView.Of(journal, runner.StepsOf(journal.Head), options.Value);
            }
            catch (DeployException e)
            {
                return new Failure("DEPLOYMENT_FAILED", StatusCodes.Status409Conflict, e.Message);
            }
        }
    }
}
