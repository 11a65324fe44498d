namespace ThemePark.BuildingBlocks;

/// <summary>The embedded database could not be found, initialised or started; the message says what to do.</summary>
public sealed class EmbeddedMariaDbException : Exception
{
    public EmbeddedMariaDbException(string message)
        : base(message)
    {
    }

    public EmbeddedMariaDbException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
