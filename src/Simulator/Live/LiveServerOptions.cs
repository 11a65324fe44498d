namespace ThemePark.Simulator;

/// <summary>How <see cref="LiveServer"/> (or an <see cref="ArchiveServer"/> that carries it) plays the live API.</summary>
public sealed record LiveServerOptions
{
    /// <summary>The world that is played.</summary>
    public LiveWorldOptions World { get; init; } = new();

    /// <summary>Simulated time; a <see cref="SimClock"/> runs fast or stands still. Left out, real time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Loopback port of a <see cref="LiveServer"/>; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>What goes wrong and when; may be changed while the server runs.</summary>
    public LiveFaultPlan Faults { get; init; } = new();

    /// <summary>How many answers <see cref="ServedLog"/> keeps, the oldest going first; 0 keeps none.</summary>
    public int KeepServed { get; init; }

    /// <summary>Requests per real minute that the RateLimit headers speak of.</summary>
    public int RateLimit { get; init; } = 300;

    /// <summary>Whether requests beyond <see cref="RateLimit"/> are answered 429.</summary>
    public bool EnforceRateLimit { get; init; }
}
