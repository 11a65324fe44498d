using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using ThemePark.BuildingBlocks;

namespace ThemePark.Upstream;

/// <summary>How upstream is doing, as this process sees it. Counts are of requests since the start of the process.</summary>
/// <param name="RetryAt">When an open breaker lets one request try.</param>
/// <param name="WaitingUntil">Until when upstream asked for silence.</param>
public sealed record UpstreamStatus(
    BreakerState Breaker,
    int ConsecutiveFailures,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? RetryAt,
    DateTimeOffset? WaitingUntil,
    long Requests,
    long Failed,
    UpstreamException? LastError,
    DateTimeOffset? LastErrorAt,
    DateTimeOffset? LastSuccessAt);

/// <summary>
/// What every request goes through, whoever asks: a slot, the Retry-After gate, the budget, the circuit breaker, and retries around them. Requests in the
/// background, thousands in a row, get at most half of the budget: the other half is always there for live polls.
/// </summary>
internal sealed class UpstreamGuard : IDisposable
{
    private static readonly TimeSpan LongestJitter = TimeSpan.FromSeconds(5);
    private readonly CircuitBreaker _breaker;
    private readonly RetryAfterGate _gate;
    private readonly RequestBudget _budget;
    private readonly RequestBudget _background;
    private readonly SemaphoreSlim _slots;
    private readonly ResiliencePipeline _retries;
    private readonly TimeProvider _time;
    private readonly ILogger<UpstreamGuard> _log;
    private readonly Lock _lock = new();
    private UpstreamFailure _closedBy;
    private UpstreamException? _lastError;
    private DateTimeOffset? _lastErrorAt;
    private DateTimeOffset? _lastSuccessAt;
    private long _requests;
    private long _failed;

    public UpstreamGuard(UpstreamOptions options, TimeProvider time, ILogger<UpstreamGuard> log)
    {
        _breaker = new CircuitBreaker(options.BreakerFailures, options.BreakerPause, time);
        _gate = new RetryAfterGate(options.LongestWait + LongestJitter, time);
        _budget = new RequestBudget(options.RequestsPerMinute, time);
        _background = new RequestBudget(Math.Max(2, options.RequestsPerMinute / 2), time);
        _slots = new SemaphoreSlim(options.Parallel);
        _time = time;
        _log = log;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.Attempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<UpstreamException>(e => e.Retriable),
                MaxRetryAttempts = options.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                DelayGenerator = DelayAsync,
                OnRetry = Retrying,
            });
        }

        _retries = builder.Build();
    }

    /// <summary>Runs one request, repeated as needed. <paramref name="attempt"/> throws <see cref="UpstreamException"/>; anything else is passed on.</summary>
    /// <param name="path">What is asked for: a single document that upstream chokes on opens no breaker.</param>
    /// <param name="attempt">Asks once.</param>
    /// <param name="ct">Ends the waiting, too.</param>
    /// <param name="background">Whether it can wait behind everything else.</param>
    public async Task<T> RunAsync<T>(string path, Func<CancellationToken, Task<T>> attempt, CancellationToken ct, bool background = false) =>
        await _retries.ExecuteAsync(async token => await AttemptAsync(path, attempt, background, token), ct);

    public UpstreamStatus Status()
    {
        var (state, consecutive, openedAt, retryAt) = _breaker.Snapshot();
        lock (_lock)
        {
            return new UpstreamStatus(
                state, consecutive, openedAt, retryAt, _gate.ClosedUntil, _requests, _failed, _lastError, _lastErrorAt, _lastSuccessAt);
        }
    }

    /// <summary>Closes the breaker and forgets a Retry-After; requests go again at once.</summary>
    public void Reset()
    {
        _breaker.Reset();
        _gate.Open();
    }

    public void Dispose() => _slots.Dispose();

    private async Task<T> AttemptAsync<T>(string path, Func<CancellationToken, Task<T>> attempt, bool background, CancellationToken ct)
    {
        if (background)
        {
            // Before it takes a slot, which somebody else could use meanwhile.
            await _background.TakeAsync(ct);
        }

        await _slots.WaitAsync(ct);
        try
        {
            await PassAsync(ct);
            using var permit = _breaker.TryEnter() ?? throw Refusal();
            Note(ref _requests);
            try
            {
                var result = await attempt(ct);
                permit.Succeed();
                lock (_lock)
                {
                    _lastSuccessAt = _time.GetUtcNow();
                }

                return result;
            }
            catch (UpstreamException e)
            {
                Judge(permit, path, e);
                throw;
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task PassAsync(CancellationToken ct)
    {
        do
        {
            // An open breaker says so at once instead of using up the budget.
            if (_breaker.Snapshot().State == BreakerState.Open)
            {
                throw Refusal();
            }

            if (await _gate.WaitAsync(ct) is { } until)
            {
                lock (_lock)
                {
                    throw new UpstreamException(_closedBy, $"Upstream asks to be left alone until {until:u}.") { RetryAt = until };
                }
            }

            await _budget.TakeAsync(ct);
        }
        while (_gate.ClosedUntil is not null);
    }

    private void Judge(CircuitBreaker.Permit permit, string path, UpstreamException e)
    {
        Note(ref _failed);
        lock (_lock)
        {
            (_lastError, _lastErrorAt) = (e, _time.GetUtcNow());
            if (e.RetryAfter is { } delay)
            {
                // One draw for everybody who waits: other nodes draw another one.
                var jitter = Random.Shared.NextDouble() * Math.Min(LongestJitter.TotalSeconds, 0.25 + (delay.TotalSeconds / 10));
                _gate.CloseFor(delay + TimeSpan.FromSeconds(jitter));
                _closedBy = e.Kind;
            }
        }

        switch (e.Kind)
        {
            case UpstreamFailure.ApiUnavailable:
            case UpstreamFailure.InvalidData:
                permit.Fail(path);
                break;
            case UpstreamFailure.RateLimited:
                permit.Answered();
                break;
            case UpstreamFailure.NotFound:
            case UpstreamFailure.Unauthorized:
            default:
                // Clear words from a healthy server.
                permit.Succeed();
                break;
        }
    }

    private UpstreamException Refusal()
    {
        lock (_lock)
        {
            return new UpstreamException(UpstreamFailure.ApiUnavailable, $"Upstream is not asked for now: it kept failing, last with: {_lastError?.Message}")
            {
                RetryAt = _breaker.Snapshot().RetryAt,
            };
        }
    }

    private void Note(ref long count)
    {
        lock (_lock)
        {
            count++;
        }
    }

    // Who was told when to come again waits at the gate, with all the others.
    private static ValueTask<TimeSpan?> DelayAsync(RetryDelayGeneratorArguments<object> retry) =>
        ValueTask.FromResult<TimeSpan?>(retry.Outcome.Exception is UpstreamException { RetryAfter: not null } ? TimeSpan.Zero : null);

    private ValueTask Retrying(OnRetryArguments<object> retry)
    {
        if (retry.Outcome.Exception is UpstreamException e)
        {
            _log.LogInformation(
                "Upstream request failed ({Kind}), attempt {Attempt}, next in {Delay} ms: {Reason}",
                e.Kind, retry.AttemptNumber + 1, (long)retry.RetryDelay.TotalMilliseconds, e.Message);
        }

        return ValueTask.CompletedTask;
    }
}
