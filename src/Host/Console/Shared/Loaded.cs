namespace ThemePark.Host.Console.Shared;

/// <summary>What a page asked for, or why it is not there. A failed query is never shown as nothing or as zero.</summary>
internal sealed record Loaded<T>(T? Value, string? Problem, int Status)
    where T : class;
