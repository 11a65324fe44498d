namespace ThemePark.Testing;

/// <summary>The table of a textbook warehouse: unpartitioned, a row for each poll, with the indexes that such systems collect over the years.</summary>
public static class TextbookSnapshots
{
    /// <summary>A statement, without its semicolon. Rides are another table's, to which nothing binds them.</summary>
    public const string CreateTable =
        """
        CREATE TABLE ride_status_snapshots (
            snapshot_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, ride_id INT NOT NULL, recorded_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, is_open BOOLEAN NULL,
            status ENUM('OPERATING', 'DOWN', 'CLOSED', 'REFURBISHMENT') NULL, wait_time INT NULL, computed_is_open BOOLEAN NOT NULL, last_updated_api TIMESTAMP NULL,
            data_source ENUM('LIVE', 'ARCHIVE') NOT NULL DEFAULT 'LIVE',
            KEY idx_ride_recorded (ride_id, recorded_at DESC), KEY idx_recorded_at (recorded_at), KEY idx_computed_status (computed_is_open, recorded_at),
            KEY idx_status (status, recorded_at), KEY idx_snapshots_current_status (ride_id, recorded_at DESC, wait_time, computed_is_open),
            KEY idx_rss_time_range_covering (recorded_at, ride_id, computed_is_open, wait_time), KEY idx_snapshots_data_source (data_source, recorded_at)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
        """;
}
