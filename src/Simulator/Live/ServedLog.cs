namespace ThemePark.Simulator;

/// <summary>What was really answered to one request.</summary>
public sealed record ServedAnswer
{
    /// <summary>Simulated instant the answer shows; rows of a frozen feed are older.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Path with its query, from <c>/v1</c> on.</summary>
    public required string Path { get; init; }

    /// <summary>Id of the destination the request was about; null for none.</summary>
    public string? Destination { get; init; }

    /// <summary>HTTP status sent; 0 when no headers were sent.</summary>
    public required int Status { get; init; }

    /// <summary>What was done to it.</summary>
    public LiveFaultKind? Fault { get; init; }

    /// <summary>Ids of the rows a fault changed, added or left out.</summary>
    public IReadOnlyList<string> Spoilt { get; init; } = [];

    /// <summary>The entity tag sent; also with 304, where it tells which body is meant.</summary>
    public string? ETag { get; init; }

    /// <summary>The bytes sent, cut ones too; empty for 304.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether everything was handed to the connection; false when it was cut, or the client had gone.</summary>
    public bool Complete { get; init; }
}

/// <summary>The last answers, for comparing row by row. Keeps nothing at capacity 0; may be switched off and on.</summary>
public sealed class ServedLog(int capacity)
{
    private readonly Queue<ServedAnswer> _answers = new();
    private readonly Lock _gate = new();
    private long _dropped;

    /// <summary>Whether answers are kept now.</summary>
    public bool Enabled { get; set; } = capacity > 0;

    /// <summary>Answers that had to go for newer ones; a comparison is whole only while this is 0.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
            {
                return _dropped;
            }
        }
    }

    /// <summary>The answers kept, in the order they ended.</summary>
    public IReadOnlyList<ServedAnswer> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _answers];
            }
        }
    }

    /// <summary>Forgets all answers.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _answers.Clear();
            _dropped = 0;
        }
    }

    internal void Add(ServedAnswer answer)
    {
        if (!Enabled || capacity <= 0)
        {
            return;
        }

        lock (_gate)
        {
            _answers.Enqueue(answer);
            if (_answers.Count > capacity)
            {
                _answers.Dequeue();
                _dropped++;
            }
        }
    }
}
