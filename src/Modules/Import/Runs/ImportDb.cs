using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using ThemePark.MySql;

namespace ThemePark.Modules.Import.Runs;

/// <summary>
/// The unmatched entities as objects, on a connection of the caller's: what is decided about one of them commits together with what
/// Dapper wrote on it. Lists are read by SQL.
/// </summary>
internal sealed class ImportDb(DbContextOptions<ImportDb> options) : DbContext(options)
{
    public DbSet<UnmatchedEntity> Unmatched => Set<UnmatchedEntity>();

    public static ImportDb On(DbConnection connection) =>
        new(new DbContextOptionsBuilder<ImportDb>().UseMySql(connection, ServerVersion.Parse(connection.ServerVersion)).Options);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.UseUtcDateTimes();
        configurationBuilder.UseSnakeCaseColumns();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<UnmatchedEntity>(entity =>
        {
            entity.ToTable("unmatched_entities");
            entity.HasKey(e => e.UnmatchedId);
            entity.HasMany(e => e.Days).WithOne().HasForeignKey(d => d.UnmatchedId);

            // Of two operators who resolve the same entity at once, the second is told.
            entity.Property(e => e.Status).IsConcurrencyToken();
        });
        modelBuilder.Entity<UnmatchedDay>(day =>
        {
            day.ToTable("unmatched_entity_days");
            day.HasKey(d => new { d.UnmatchedId, d.ObjectDay });
        });
    }
}

/// <summary>An upstream entity without a ride, and what an operator said about it.</summary>
internal sealed class UnmatchedEntity
{
    public int UnmatchedId { get; init; }
    public int DestinationId { get; init; }
    public Guid EntityUuid { get; init; }
    public string? Name { get; init; }
    public Guid? ParkUuid { get; init; }
    public string Kind { get; init; } = "";
    public string Reason { get; init; } = "";
    public string LastImportId { get; init; } = "";
    public string Status { get; set; } = "";
    public string? Resolution { get; set; }
    public int? RideId { get; set; }
    public string? Note { get; set; }
    public long? IgnoredAtOccurrences { get; set; }
    public DateTime? ResolvedAt { get; set; }
    public string? ResolvedBy { get; set; }
    public List<UnmatchedDay> Days { get; init; } = [];
}

/// <summary>How often the entity was seen without a ride in the file of a day.</summary>
internal sealed class UnmatchedDay
{
    public int UnmatchedId { get; init; }
    public DateOnly ObjectDay { get; init; }
    public long Observations { get; init; }
}

/// <summary>Where an unmatched entity is; stored as upper-case text. All but RESOLVED and IGNORED are open.</summary>
internal enum UnmatchedStatus
{
    Open,
    Ambiguous,
    Suggested,
    Resolved,
    Ignored,
    Reopened,
}
