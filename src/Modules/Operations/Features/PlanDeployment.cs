using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Operations.Deploying;

namespace ThemePark.Modules.Operations.Features;

/// <summary>What a deployment of a release would do, and what its preflight finds now. Changes nothing.</summary>
internal static class PlanDeployment
{
    private static readonly string[] Looks = [Steps.Releases, Steps.Space, Steps.Schema, Steps.Baseline];

    internal sealed record Query(string Release, bool KeepCollecting) : IRequest<Outcome<Result>>;

    /// <param name="Ready">Every check that looks passed.</param>
    internal sealed record Result(string? From, string To, bool Ready, IReadOnlyList<StepView> Steps);

    internal sealed class Handler(DeployRunner runner) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query request, CancellationToken cancellationToken)
        {
            var head = await runner.HeadAsync("plan", request.Release, "plan", null, request.KeepCollecting, cancellationToken);
            var run = new DeployRun(DeployJournal.Imagined(head));
            List<StepView> views = [];
            foreach (var step in runner.StepsOf(head))
            {
                views.Add(StepView.Of(step.Id, step.What, null) is var view && Looks.Contains(step.Id) ? await LookAsync(step, view, run, cancellationToken) : view);
            }

            return new Result(head.From, head.To, views.All(v => v.Status is not "FAILED"), views);
        }

        private static async Task<StepView> LookAsync(Step step, StepView view, DeployRun run, CancellationToken cancellationToken)
        {
            try
            {
                return view with { Status = "DONE", Evidence = await step.Do(run, cancellationToken) };
            }
            catch (DeployException e)
            {
                return view with { Status = "FAILED", Evidence = new Dictionary<string, string> { ["error"] = e.Message } };
            }
        }
    }
}
