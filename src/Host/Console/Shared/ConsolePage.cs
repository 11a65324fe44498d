using MediatR;
using Microsoft.AspNetCore.Components;
using ThemePark.BuildingBlocks;

namespace ThemePark.Host.Console.Shared;

/// <summary>What pages have in common: who asks for what, and queries that may fail without taking the page with them.</summary>
public abstract class ConsolePage : ComponentBase
{
    [CascadingParameter] private protected HttpContext Http { get; set; } = null!;

    [Inject] private protected IMediator Mediator { get; set; } = null!;

    [Inject] private ILogger<ConsolePage> Log { get; set; } = null!;

    private protected PageUrl Url => new(Http.Request);

    private protected CancellationToken Aborted => Http.RequestAborted;

    /// <summary>One of several things on a page.</summary>
    private protected Task<Loaded<T>> LoadAsync<T>(IRequest<Outcome<T>> query)
        where T : class => LoadAsync(() => Mediator.Send(query, Aborted));

    /// <summary>What the page is about: when it cannot be had, the answer says so too.</summary>
    private protected async Task<Loaded<T>> LoadPageAsync<T>(IRequest<Outcome<T>> query)
        where T : class
    {
        var loaded = await LoadAsync(query);
        Http.AnswerWith(loaded.Status);
        return loaded;
    }

    private protected async Task<Loaded<T>> LoadAsync<T>(Func<Task<Outcome<T>>> query)
        where T : class
    {
        try
        {
            var outcome = await query();
            return outcome.Failure is { } failure ? new Loaded<T>(null, failure.Message, failure.Status) : new Loaded<T>(outcome.Value, null, StatusCodes.Status200OK);
        }
        catch (Exception e) when (!Aborted.IsCancellationRequested)
        {
            Log.LogError(e, "A query of {Path} failed", Http.Request.Path);
            var failure = Faults.Of(e, Http);
            return new Loaded<T>(null, failure.Message, failure.Status);
        }
    }
}
