namespace ThemePark.MySql;

/// <summary>A pool of connections at one moment.</summary>
/// <param name="Size">Connections it lends out at most.</param>
/// <param name="InUse">Lent out.</param>
/// <param name="Idle">Open, waiting to be lent out again.</param>
/// <param name="Waiting">Callers that wait for one.</param>
/// <param name="Timeouts">Callers that waited in vain, since the pool was made.</param>
public sealed record PoolReading(int Size, int InUse, int Idle, int Waiting, long Timeouts);
