using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using ThemePark.BuildingBlocks;

namespace ThemePark.Modules.Import.Sources;

/// <summary>How the source is doing, as this process sees it. Counts are since the start of the process.</summary>
internal sealed record ArchiveSourceStatus(
    BreakerState Breaker,
    int ConsecutiveFailures,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? RetryAt,
    DateTimeOffset? WaitingUntil,
    long Requests,
    long Succeeded,
    long Failed,
    long Retries,
    string? LastErrorKind,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    DateTimeOffset? LastSuccessAt);

/// <summary>
/// What every request to a source goes through: a slot (downloads only), the Retry-After gate, the circuit breaker, and retries with
/// exponential backoff and jitter around the three.
/// </summary>
internal sealed class SourceGuard : IDisposable
{
    private readonly CircuitBreaker _breaker;
    private readonly RetryAfterGate _gate;
    private readonly SemaphoreSlim _slots;
    private readonly ResiliencePipeline _retries;
    private readonly TimeProvider _time;
    private readonly ILogger<SourceGuard> _log;
    private long _requests;
    private long _succeeded;
    private long _failed;
    private long _retried;
    private volatile Noted? _lastError;
    private volatile Noted? _lastSuccess;

    public SourceGuard(ArchiveOptions options, TimeProvider time, ILogger<SourceGuard> log)
    {
        _breaker = new CircuitBreaker(options.BreakerFailures, options.BreakerPause, time);
        _gate = new RetryAfterGate(options.MaxRetryAfter, time);
        _slots = new SemaphoreSlim(options.Parallelism);
        _time = time;
        _log = log;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ArchiveException>(e => e.Retriable),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                OnRetry = Retrying,
            });
        }

        _retries = builder.Build();
    }

    /// <summary>Runs one request to the source, repeated as needed.</summary>
    /// <param name="target">The object's key for a download; null for a request that concerns the source as a whole.</param>
    /// <param name="attempt">One attempt; throws <see cref="ArchiveException"/>. Any other exception is passed on without a retry.</param>
    /// <param name="ct">Ends the waits as well as the attempt.</param>
    public async Task<T> RunAsync<T>(string? target, Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        try
        {
            return await _retries.ExecuteAsync(async token => await AttemptAsync(target, attempt, token), ct);
        }
        catch (ArchiveException e)
        {
            // Throttling and broken bodies are answers, so they do not count one by one; given up, they do.
            if (e.Retriable && !CountsAtOnce(e.Kind))
            {
                _breaker.RecordFailure(target);
            }

            throw Conclude(target, e);
        }
    }

    public ArchiveSourceStatus Status()
    {
        var (state, consecutive, openedAt, retryAt) = _breaker.Snapshot();
        var (error, success) = (_lastError, _lastSuccess);
        return new ArchiveSourceStatus(
            state,
            consecutive,
            openedAt,
            retryAt,
            _gate.ClosedUntil,
            Interlocked.Read(ref _requests),
            Interlocked.Read(ref _succeeded),
            Interlocked.Read(ref _failed),
            Interlocked.Read(ref _retried),
            error?.Error?.Kind,
            error?.Error?.Message,
            error?.At,
            success?.At);
    }

    /// <summary>Closes the breaker and forgets a Retry-After; requests go again at once.</summary>
    public void Reset()
    {
        _breaker.Reset();
        _gate.Open();
    }

    public void Dispose() => _slots.Dispose();

    private async Task<T> AttemptAsync<T>(string? target, Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
    {
        // The slot first: behind it nobody can have passed the gate before it closed.
        var slot = target is not null;
        if (slot)
        {
            await _slots.WaitAsync(ct);
        }

        try
        {
            if (await _gate.WaitAsync(ct) is { } until)
            {
                throw new ArchiveException(ArchiveErrors.Unavailable, retriable: false, $"The archive asks to be left alone until {until:u}.") { RetryAt = until };
            }

            using var permit = _breaker.TryEnter() ?? throw Open();
            Interlocked.Increment(ref _requests);
            try
            {
                var result = await attempt(ct);
                permit.Succeed();
                Interlocked.Increment(ref _succeeded);
                _lastSuccess = new Noted(null, _time.GetUtcNow());
                return result;
            }
            catch (ArchiveException e)
            {
                Judge(permit, target, e);
                throw;
            }
        }
        finally
        {
            if (slot)
            {
                _slots.Release();
            }
        }
    }

    private void Judge(CircuitBreaker.Permit permit, string? target, ArchiveException e)
    {
        Interlocked.Increment(ref _failed);
        _lastError = new Noted(e, _time.GetUtcNow());
        if (e.RetryAfter is { } delay)
        {
            _gate.CloseFor(delay);
        }

        if (CountsAtOnce(e.Kind))
        {
            permit.Fail(target);
        }
        else if (e.Retriable)
        {
            permit.Answered();
        }
        else
        {
            // 403 and 404 are clear words from a healthy server.
            permit.Succeed();
        }
    }

    private static bool CountsAtOnce(string kind) =>
        kind is ArchiveErrors.Unavailable or ArchiveErrors.ServerError or ArchiveErrors.Timeout or ArchiveErrors.UnexpectedContent;

    private ArchiveException Conclude(string? target, ArchiveException e)
    {
        if (e.IsSource)
        {
            return e;
        }

        // A failed listing leaves nothing to go on with, whatever the reason.
        if (target is null)
        {
            return Blame(e.Kind, e);
        }

        // An object that failed while the source went down is not a bad object.
        return CountsAtOnce(e.Kind) && _breaker.Snapshot().State != BreakerState.Closed ? Blame(ArchiveErrors.Unavailable, e) : e;
    }

    private ArchiveException Blame(string kind, ArchiveException e) => new(kind, e.Retriable, e.Message, e)
    {
        IsSource = true,
        Status = e.Status,
        RetryAfter = e.RetryAfter,
        RetryAt = _breaker.Snapshot().RetryAt,
    };

    private ArchiveException Open() => new(
        ArchiveErrors.Unavailable, retriable: false, $"The archive is not asked for now: it kept failing, last with: {_lastError?.Error?.Message}")
    {
        RetryAt = _breaker.Snapshot().RetryAt,
    };

    private ValueTask Retrying(OnRetryArguments<object> retry)
    {
        Interlocked.Increment(ref _retried);
        if (retry.Outcome.Exception is ArchiveException e)
        {
            _log.LogInformation(
                "Archive request failed ({Kind}), attempt {Attempt}, next in {Delay} ms: {Reason}",
                e.Kind, retry.AttemptNumber + 1, (long)retry.RetryDelay.TotalMilliseconds, e.Message);
        }

        return ValueTask.CompletedTask;
    }

    private sealed record Noted(ArchiveException? Error, DateTimeOffset At);
}
