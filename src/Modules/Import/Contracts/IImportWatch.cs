namespace ThemePark.Modules.Import.Contracts;

/// <summary>How imports went, for those who watch over a release. Dry runs do not count.</summary>
public interface IImportWatch
{
    /// <summary>The imports that ended between two instants (UTC). Those that run, wait or were cancelled are none of them.</summary>
    Task<EndedImports> EndedAsync(DateTime from, DateTime to, CancellationToken cancellationToken);

    /// <summary>The events of the files imported between two instants (UTC).</summary>
    Task<ImportedEvents> EventsAsync(DateTime from, DateTime to, CancellationToken cancellationToken);

    /// <summary>Entities without a ride that nobody has decided on; null while no import has ever ended.</summary>
    Task<int?> UnmatchedAsync(CancellationToken cancellationToken);
}

/// <param name="Completed">Every file was imported or skipped.</param>
/// <param name="WithErrors">Came to their end, and some files failed.</param>
/// <param name="Failed">Could not go on as a whole.</param>
public sealed record EndedImports(int Completed, int WithErrors, int Failed);

/// <param name="Unmatched">Of them, those of entities without a ride.</param>
public sealed record ImportedEvents(int Files, long Events, long Unmatched);
