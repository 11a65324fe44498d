using System.Diagnostics;
using MediatR;
using Microsoft.Extensions.Logging;

namespace ThemePark.BuildingBlocks;

/// <summary>One line per request: its name, how long, how it ended. Never its content, which may hold a key.</summary>
internal sealed class LoggingBehavior<TRequest, TResponse>(ILoggerFactory loggers) : IPipelineBehavior<TRequest, TResponse>
{
    // A slice nests Command, Query and Handler in a class named after the use case; "Command" alone says nothing.
    private static readonly string Name = (typeof(TRequest).DeclaringType ?? typeof(TRequest)).Name;

    private readonly ILogger _log = loggers.CreateLogger((typeof(TRequest).DeclaringType ?? typeof(TRequest)).FullName!);

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var response = await next();
            var failure = (response as IFailable)?.Failure;
            if (failure is null)
            {
                _log.LogDebug("{Request} done in {ElapsedMs:0.0} ms", Name, Elapsed(started));
            }
            else
            {
                _log.LogInformation("{Request} refused with {Code} in {ElapsedMs:0.0} ms", Name, failure.Code, Elapsed(started));
            }

            return response;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _log.LogInformation("{Request} cancelled after {ElapsedMs:0.0} ms", Name, Elapsed(started));
            throw;
        }
        catch (Exception e)
        {
            // The door logs the exception itself, once.
            _log.LogWarning("{Request} failed with {Exception} after {ElapsedMs:0.0} ms", Name, e.GetType().Name, Elapsed(started));
            throw;
        }
    }

    private static double Elapsed(long started) => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
}
