using Dapper;
using Shouldly;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Collection.Retention;

/// <summary>Nothing in a database as this build makes it deletes rows by itself.</summary>
public sealed class LiveDatabaseTests
{
    [Fact]
    public async Task The_database_has_no_events_triggers_or_routines_and_no_cascade()
    {
        await using var test = await TestDatabase.CreateAsync();
        await using var connection = await test.Database.OpenAsync(CancellationToken.None);
        (await FindAsync(connection)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_of_each_would_be_found()
    {
        await using var test = await TestDatabase.CreateAsync();
        await using var connection = await test.Database.OpenAsync(CancellationToken.None);
        foreach (var statement in new[]
                 {
                     "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM snapshot_days",
                     "CREATE TRIGGER thin BEFORE INSERT ON snapshot_days FOR EACH ROW DELETE FROM park_schedules WHERE park_id = NEW.park_id",
                     "CREATE PROCEDURE sweep() DELETE FROM queue_data",
                     "CREATE TABLE owner_of_days (park_id INT UNSIGNED PRIMARY KEY)",
                     "ALTER TABLE snapshot_days ADD CONSTRAINT chain FOREIGN KEY (park_id) REFERENCES owner_of_days (park_id) ON DELETE CASCADE",
                 })
        {
            await connection.ExecuteAsync(statement);
        }

        (await FindAsync(connection)).ShouldBe(["event nightly", "foreign key chain", "routine sweep", "trigger thin"]);
    }

    private static async Task<IReadOnlyList<string>> FindAsync(SafeMySqlConnection connection) => (await connection.QueryAsync<string>(
        """
        SELECT CONCAT('event ', event_name) AS found FROM information_schema.events WHERE event_schema = DATABASE()
        UNION ALL SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers WHERE trigger_schema = DATABASE()
        UNION ALL SELECT CONCAT('routine ', routine_name) FROM information_schema.routines WHERE routine_schema = DATABASE()
        UNION ALL SELECT CONCAT('foreign key ', constraint_name) FROM information_schema.referential_constraints
            WHERE constraint_schema = DATABASE()
              AND delete_rule IN ('CASCADE', 'SET NULL')
              AND table_name IN ('ride_status_snapshots', 'queue_data', 'show_times', 'snapshot_days', 'collection_runs', 'live_entities', 'live_parts',
                'collection_quarantine', 'park_schedules', 'park_schedule_versions')
        ORDER BY found
        """)).AsList();
}
