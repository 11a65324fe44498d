namespace ThemePark.Modules.Operations.Watching;

/// <summary>What this node answered since it was last asked.</summary>
internal sealed class Traffic
{
    /// <summary>Below <c>/api</c>, without health and streams.</summary>
    public Tally Api { get; } = new();

    /// <summary>Pages and forms of the console.</summary>
    public Tally Pages { get; } = new();
}

/// <summary>Counts requests of one kind; its size does not depend on their number.</summary>
internal sealed class Tally
{
    private readonly Lock _gate = new();
    private HttpFigures _current = new(0, 0, new TimeHistogram());

    /// <param name="milliseconds">Null: how long it took says nothing, as of a form that waits for work.</param>
    public void Add(bool failed, double? milliseconds)
    {
        lock (_gate)
        {
            _current = _current with { Requests = _current.Requests + 1, Errors = _current.Errors + (failed ? 1 : 0) };
            if (milliseconds is { } time)
            {
                _current.Times.Add(time);
            }
        }
    }

    /// <summary>What was counted since the last call.</summary>
    public HttpFigures Take()
    {
        lock (_gate)
        {
            var taken = _current;
            _current = new HttpFigures(0, 0, new TimeHistogram());
            return taken;
        }
    }
}

/// <param name="Errors">Answered 5xx.</param>
internal sealed record HttpFigures(long Requests, long Errors, TimeHistogram Times)
{
    public double? P95Ms => Times.Quantile(0.95);
}
