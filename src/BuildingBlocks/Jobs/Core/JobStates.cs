namespace ThemePark.Jobs;

/// <summary>The enums as the tables spell them.</summary>
internal static class JobStates
{
    public static string Text(this JobState state) => state.ToString().ToUpperInvariant();

    public static string Text(this AttemptOutcome outcome) => outcome is AttemptOutcome.HandedBack ? "HANDED_BACK" : outcome.ToString().ToUpperInvariant();

    public static JobState State(string text) => Enum.Parse<JobState>(text, ignoreCase: true);

    public static AttemptOutcome Outcome(string text) => Enum.Parse<AttemptOutcome>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
