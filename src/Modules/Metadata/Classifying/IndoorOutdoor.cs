namespace ThemePark.Modules.Metadata.Classifying;

/// <summary>Where a ride's guests are while they ride.</summary>
internal enum IndoorOutdoor
{
    /// <summary>Nothing says so, or what says so disagrees.</summary>
    Unknown,

    Indoor,

    Outdoor,

    /// <summary>Part of it under a roof, part of it not.</summary>
    Hybrid,
}

/// <summary>A class, how sure it is (0 to 1) and what it was read from; null when nothing says anything.</summary>
internal sealed record Classification(IndoorOutdoor Class, double Confidence, string? Evidence);
