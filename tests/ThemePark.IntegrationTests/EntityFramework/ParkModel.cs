using Microsoft.EntityFrameworkCore;
using ThemePark.MySql;

namespace ThemePark.IntegrationTests.EntityFramework;

public enum Status
{
    // By name the order is Closed, Down, Operating; by number it is not.
    Operating = 1,
    Down = 2,
    Closed = 3,
}

public sealed class Park
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
    public string? Country { get; set; }
    public List<Ride> Rides { get; set; } = [];
}

public sealed class Ride
{
    public int Id { get; set; }
    public int? ParkId { get; set; }
    public Park? Park { get; set; }
    public string Name { get; set; } = "";
    public string? Note { get; set; }
    public bool Flag { get; set; }
    public bool? Maybe { get; set; }
    public sbyte Tiny { get; set; }
    public byte UnsignedTiny { get; set; }
    public short Small { get; set; }
    public ushort UnsignedSmall { get; set; }
    public int Number { get; set; }
    public int? Optional { get; set; }
    public uint UnsignedNumber { get; set; }
    public long Big { get; set; }
    public ulong UnsignedBig { get; set; }
    public decimal Price { get; set; }
    public decimal? Discount { get; set; }
    public double Amount { get; set; }
    public double? Factor { get; set; }
    public DateTime At { get; set; }
    public DateTime? SeenAt { get; set; }
    public DateOnly Day { get; set; }
    public DateOnly? ClosedOn { get; set; }
    public Guid Key { get; set; }
    public Guid? OtherKey { get; set; }
    public Status StatusName { get; set; }
    public Status? OtherStatusName { get; set; }
    public Status StatusCode { get; set; }
    public string? Data { get; set; }
    public byte[]? Hash { get; set; }
    public int Version { get; set; }
    public List<Tag> Tags { get; set; } = [];
}

public sealed class Tag
{
    public int Id { get; set; }
    public int RideId { get; set; }
    public string Text { get; set; } = "";
}

/// <summary>Key made by the client.</summary>
public sealed class Ticket
{
    public Guid Id { get; set; }
    public string Code { get; set; } = "";
}

/// <summary>Nothing but a generated key.</summary>
public sealed class Turn
{
    public long Id { get; set; }
}

public sealed class ParkContext(DbContextOptions<ParkContext> options) : DbContext(options)
{
    public const string Ddl = """
        CREATE TABLE parks (
          id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(200) NOT NULL, country CHAR(2) CHARACTER SET ascii NULL
        ) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
        CREATE TABLE rides (
          id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, park_id INT NULL, name VARCHAR(200) NOT NULL, note LONGTEXT NULL,
          flag TINYINT(1) NOT NULL, maybe TINYINT(1) NULL,
          tiny TINYINT NOT NULL, unsigned_tiny TINYINT UNSIGNED NOT NULL, small SMALLINT NOT NULL, unsigned_small SMALLINT UNSIGNED NOT NULL,
          number INT NOT NULL, optional INT NULL, unsigned_number INT UNSIGNED NOT NULL, big BIGINT NOT NULL, unsigned_big BIGINT UNSIGNED NOT NULL,
          price DECIMAL(18,4) NOT NULL, discount DECIMAL(18,4) NULL, amount DOUBLE NOT NULL, factor DOUBLE NULL,
          at DATETIME(3) NOT NULL, seen_at DATETIME(3) NULL, day DATE NOT NULL, closed_on DATE NULL,
          `key` CHAR(36) CHARACTER SET ascii NOT NULL, other_key CHAR(36) CHARACTER SET ascii NULL,
          status_name VARCHAR(20) CHARACTER SET ascii NOT NULL, other_status_name VARCHAR(20) CHARACTER SET ascii NULL, status_code TINYINT UNSIGNED NOT NULL,
          data JSON NULL, hash VARBINARY(32) NULL, version INT NOT NULL,
          CONSTRAINT fk_park FOREIGN KEY (park_id) REFERENCES parks (id)
        ) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
        CREATE TABLE tags (
          id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, ride_id INT NOT NULL, text VARCHAR(50) NOT NULL,
          UNIQUE KEY uq_tag (ride_id, text), CONSTRAINT fk_ride FOREIGN KEY (ride_id) REFERENCES rides (id) ON DELETE CASCADE
        ) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
        CREATE TABLE tickets (id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
        CREATE TABLE turns (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY);
        """;

    public DbSet<Park> Parks => Set<Park>();
    public DbSet<Ride> Rides => Set<Ride>();
    public DbSet<Tag> Tags => Set<Tag>();
    public DbSet<Ticket> Tickets => Set<Ticket>();
    public DbSet<Turn> Turns => Set<Turn>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.UseUtcDateTimes();
        configurationBuilder.UseSnakeCaseColumns();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Park>().ToTable("parks");
        modelBuilder.Entity<Ride>(ride =>
        {
            ride.ToTable("rides");
            ride.Property(r => r.Name).HasMaxLength(200);
            ride.Property(r => r.StatusName).HasConversion<string>().HasMaxLength(20);
            ride.Property(r => r.OtherStatusName).HasConversion<string>().HasMaxLength(20);
            ride.Property(r => r.StatusCode).HasConversion<byte>();
            ride.Property(r => r.Price).HasPrecision(18, 4);
            ride.Property(r => r.Discount).HasPrecision(18, 4);
            ride.Property(r => r.Data).HasColumnType("json");
            ride.Property(r => r.Hash).HasMaxLength(32);
            ride.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<Tag>().ToTable("tags");
        modelBuilder.Entity<Ticket>().ToTable("tickets");
        modelBuilder.Entity<Turn>().ToTable("turns");
    }
}
