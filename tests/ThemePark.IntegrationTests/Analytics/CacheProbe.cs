using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Reading;

namespace ThemePark.IntegrationTests.Analytics;

/// <summary>Endpoints that count how often they are run.</summary>
internal sealed class CacheProbe : ICarterModule
{
    public const int Big = 300_000;

    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>One for each run of the slow one that has begun.</summary>
    public SemaphoreSlim Entered { get; } = new(0);

    /// <summary>What the slow one waits for.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void AddRoutes(IEndpointRouteBuilder app)
    {
        var group = app.MapAnalytics("/api/trends", "Probe");
        group.MapGet("/probe", () => Results.Ok(new Result(Count(), 1))).Revalidated(live: false);
        group.MapGet("/probe-live", () => Results.Ok(new Result(Count(), 1))).Revalidated(live: true);
        group.MapGet("/probe-big", () => Results.Ok(new string('x', Big))).Revalidated(live: false);
        group.MapGet("/probe-missing", () =>
        {
            Count();
            return Failure.NotFound("PARK_NOT_FOUND", "Park 7 not found").ToHttp();
        }).Revalidated(live: false);
        group.MapGet("/probe-slow", async (CancellationToken cancellationToken) =>
        {
            Entered.Release();
            await Gate.Task.WaitAsync(cancellationToken);
            return Results.Ok(new Result(1, 1));
        }).Revalidated(live: false);
    }

    private int Count() => Interlocked.Increment(ref _calls);

    internal sealed record Result(int Calls, double Share);
}
