namespace ThemePark.BuildingBlocks;

/// <summary>What of a server's settings depends on the machine or on the use.</summary>
/// <param name="BufferPoolBytes">InnoDB's page cache.</param>
/// <param name="RedoLogBytes">InnoDB's redo log; large bulk loads stall on a small one.</param>
/// <param name="FlushAtCommit">innodb_flush_log_at_trx_commit: 2 loses at most a second on power loss, nothing when a process dies; 0 may lose a second either way.</param>
/// <param name="MaxConnections">Must cover every process's pool and the connections that cancel statements.</param>
public sealed record MariaDbSizing(long BufferPoolBytes, long RedoLogBytes, int FlushAtCommit, int MaxConnections)
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;

    /// <summary>For tests: small and fast, and durable only as far as a clean stop.</summary>
    public static MariaDbSizing Test { get; } = new(256 * MiB, 96 * MiB, FlushAtCommit: 0, MaxConnections: 2000);

    /// <summary>For a server that lives minutes beside the real one and may lose everything: little memory, no waiting for the disk.</summary>
    public static MariaDbSizing Scratch(string directory) =>
        ForMachine(directory) with { BufferPoolBytes = 512 * MiB, FlushAtCommit = 0, MaxConnections = 50 };

    /// <summary>A third of the memory this process may use (a container's limit counts), at most 16 GiB; a redo log that the disk can afford.</summary>
    public static MariaDbSizing ForMachine(string directory)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var free = new DriveInfo(directory).AvailableFreeSpace;
        return new MariaDbSizing(
            Math.Clamp(memory / 3, 128 * MiB, 16 * GiB) / MiB * MiB,
            Math.Clamp(free / 20, 96 * MiB, GiB) / MiB * MiB,
            FlushAtCommit: 2,
            MaxConnections: 400);
    }
}
