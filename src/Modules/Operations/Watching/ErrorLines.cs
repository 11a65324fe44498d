using Microsoft.Extensions.Logging;

namespace ThemePark.Modules.Operations.Watching;

/// <summary>Counts the lines of level error and above that this process logs, wherever else they go.</summary>
internal sealed class ErrorLines : ILoggerProvider, ILogger
{
    private long _lines;

    /// <summary>What was counted since the last call.</summary>
    public long Take() => Interlocked.Exchange(ref _lines, 0);

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Interlocked.Increment(ref _lines);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
        // It holds nothing.
    }
}
