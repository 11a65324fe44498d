namespace ThemePark.Host.Console.Shared;

/// <summary>One series of a chart.</summary>
/// <param name="Values">One for each place on the axis; null is unknown, and leaves a gap.</param>
/// <param name="Dashed">For what is expected, not measured.</param>
/// <param name="Bars">Bars in place of a line.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values, bool Dashed = false, bool Bars = false);
