namespace ThemePark.Modules.Import.Raw;

/// <summary>One object as it was fetched. <c>RelativePath</c> uses '/' on every system, so that rows survive a move of the store.</summary>
internal sealed record RawObject(string RelativePath, string Sha256Hex, long Size);

internal enum RawState
{
    Intact,
    Missing,
    WrongSize,
    WrongHash,
}

/// <summary>A file found in the store. The destination, day and hash prefix are read from its name, null for a file that is not ours.</summary>
internal sealed record RawFile(string RelativePath, Guid? DestinationUuid, DateOnly? Day, string? Sha256Prefix, long Size);
