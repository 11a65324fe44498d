using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ThemePark.IntegrationTests.Import.Runs;
using ThemePark.Modules.Collection.Contracts;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import.Legacy;

/// <summary>
/// A host beside an existing warehouse in the textbook layout: two parks of two destinations, three rides we know and three we do not, polls every ten
/// minutes on the first three days of November 2025 (American clocks change on the second), and one row of every odd kind.
/// </summary>
public sealed class LegacyScene : IAsyncLifetime
{
    /// <summary>Rides of ours, by legacy ride id.</summary>
    public static readonly IReadOnlyDictionary<int, int> Known = new Dictionary<int, int> { [1] = 11, [2] = 12, [3] = 21 };

    private const int RidesListed = 6;
    private const int PollsPerRide = 432;
    private const string Password = "a-secret-nobody-may-see";
    private TestDatabase _ours = null!;
    private TestDatabase _theirs = null!;

    internal TestApp App { get; private set; } = null!;

    internal MySqlDatabase Ours => _ours.Database;

    internal MySqlDatabase Theirs => _theirs.Database;

    /// <summary>What must not be shown anywhere.</summary>
    internal static string Secret => Password;

    public async Task InitializeAsync()
    {
        _ours = await TestDatabase.CreateAsync();
        _theirs = await TestDatabase.CreateAsync(migrate: false);
        await TheirsAsync($"CREATE OR REPLACE USER {_theirs.Name}_user@'%' IDENTIFIED BY '{Password}'; GRANT ALL ON *.* TO {_theirs.Name}_user@'%'");
        var login = new MySqlConnectionText(_theirs.ConnectionString).WithUser($"{_theirs.Name}_user", Password);
        App = await TestApp.StartAsync(_ours, ("Legacy:ConnectionString", login));
        await OursAsync(Catalogue);
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await TheirsAsync($"DROP USER {_theirs.Name}_user@'%'");
        await _theirs.DisposeAsync();
        await _ours.DisposeAsync();
    }

    /// <summary>Everything as at the beginning.</summary>
    public async Task ResetAsync()
    {
        await TheirsAsync(
            """
            DROP VIEW IF EXISTS ride_status_snapshots;
            DROP TABLE IF EXISTS ride_status_snapshots, ride_status_snapshots_legacy, rides, parks, queue_data;
            """);
        await TheirsAsync(Layout);
        await TheirsAsync(Rows, new { PollsPerRide });
        await TheirsAsync(OddRows);
        foreach (var table in (string[])["ride_status_snapshots", "snapshot_days", "legacy_copies", "ride_aliases"])
        {
            await OursAsync($"DELETE FROM {table}");
        }
    }

    /// <summary>All rows of the legacy table after <see cref="ResetAsync"/>.</summary>
    public const int AllRows = (RidesListed * PollsPerRide) + 11;

    public Task TheirsAsync(string sql, object? parameters = null) => ExecuteAsync(Theirs, sql, parameters);

    public Task OursAsync(string sql, object? parameters = null) => ExecuteAsync(Ours, sql, parameters);

    public Task<IReadOnlyList<T>> TheirRowsAsync<T>(string sql, object? parameters = null) => QueryAsync<T>(Theirs, sql, parameters);

    public Task<IReadOnlyList<T>> OurRowsAsync<T>(string sql, object? parameters = null) => QueryAsync<T>(Ours, sql, parameters);

    public async Task<T> OurOneAsync<T>(string sql, object? parameters = null) => (await OurRowsAsync<T>(sql, parameters)).Single();

    public async Task<T> TheirOneAsync<T>(string sql, object? parameters = null) => (await TheirRowsAsync<T>(sql, parameters)).Single();

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await App.Admin.GetAsync(new Uri($"/api/admin/legacy{path}", UriKind.Relative));
        return await ReadAsync(answer, expected);
    }

    public async Task<JsonElement> PostAsync(string path, object? body = null, HttpStatusCode expected = HttpStatusCode.Accepted)
    {
        using var answer = await App.Admin.PostAsJsonAsync($"/api/admin/legacy{path}", body ?? new { });
        return await ReadAsync(answer, expected);
    }

    /// <summary>Starts a task and answers the state once its job has ended.</summary>
    public async Task<JsonElement> RunAsync(string path, object? body = null, string job = "SUCCEEDED")
    {
        await PostAsync(path, body);
        return await EndAsync(job);
    }

    /// <summary>The state once the job has ended, as it should.</summary>
    public async Task<JsonElement> EndAsync(string job = "SUCCEEDED")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var view = await GetAsync("/status");
            var state = view.GetProperty("job").Text("state");
            if (state is "SUCCEEDED" or "FAILED" or "CANCELLED")
            {
                state.ShouldBe(job, $"{view}\n{string.Join('\n', Lines().TakeLast(20))}");
                return view;
            }

            limit.Token.IsCancellationRequested.ShouldBeFalse($"still going: {view}\n{string.Join('\n', Lines().TakeLast(40))}");
            await Task.Delay(50);
        }
    }

    private IEnumerable<string> Lines() => App.Log.Lines.Where(l => !l.Contains("Quartz", StringComparison.Ordinal));

    /// <summary>Every column old readers ask for, of the rides we know, in order; of two rows of a ride and instant the later one.</summary>
    public async Task<IReadOnlyList<string>> TextbookAsync() => await TheirRowsAsync<string>(
        """
        SELECT CONCAT_WS(' ', s.ride_id, DATE_FORMAT(s.recorded_at, '%Y-%m-%d %H:%i:%s'), COALESCE(s.is_open, '-'), COALESCE(s.status, '-'),
            COALESCE(s.wait_time, '-'), s.computed_is_open, s.data_source)
        FROM ride_status_snapshots AS s
        LEFT JOIN ride_status_snapshots AS later
            ON later.ride_id = s.ride_id AND later.recorded_at = s.recorded_at AND later.snapshot_id > s.snapshot_id
        WHERE s.ride_id IN (1, 2, 3)
          AND s.recorded_at BETWEEN '2025-11-01' AND '2025-12-01'
          AND later.snapshot_id IS NULL
        ORDER BY s.ride_id, s.recorded_at
        """);

    /// <summary>The same through the view: the one row that was open and had no status is operating.</summary>
    public static IReadOnlyList<string> ThroughTheView(IReadOnlyList<string> before)
    {
        const string open = "2 2025-11-02 06:00:01 1 - 10 1 LIVE";
        before.ShouldContain(open);
        return [.. before.Select(row => row == open ? "2 2025-11-02 06:00:01 1 OPERATING 10 1 LIVE" : row)];
    }

    /// <summary>Writes rows of a ride's day through the writer, as the archive or live collection does.</summary>
    public async Task WriteAsync(DataSource source, OverlapPolicy overlap, bool ownsDay, DateTime at, int destinationId, RideRef ride, short wait)
    {
        var writer = App.Services.GetRequiredService<ISnapshotWriter>();
        var day = DateOnly.FromDateTime(at);
        await writer.EnsurePartitionsAsync(day, day, CancellationToken.None);
        using var batch = new ObservationBatch();
        batch.Add(new SnapshotRow
        {
            Instant = IsoInstant.FromDateTime(at),
            Wait = wait,
            Status = RideStatus.Operating,
            Flags = ObservationFlags.WaitStated | ObservationFlags.StatusStated,
            Park = -1,
        });
        using var encoded = writer.Encode(new DayContent(destinationId, day, source, overlap, ownsDay, [new DaySlice(batch, [ride], [], "test")]));
        await using var connection = await Ours.OpenAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync(CancellationToken.None);
        (await writer.WriteAsync(encoded, tx, CancellationToken.None)).Changed.ShouldBeTrue();
        await tx.CommitAsync();
    }

    /// <summary>Makes journaling a step fail, from now on.</summary>
    public Task BreakAtAsync(string step) => OursAsync(
        $"""
        CREATE OR REPLACE TRIGGER break_step BEFORE UPDATE ON legacy_copies FOR EACH ROW
        IF NEW.step = '{step}' AND NOT (OLD.step <=> NEW.step) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'broken on purpose'; END IF
        """);

    public Task MendAsync() => OursAsync("DROP TRIGGER IF EXISTS break_step");

    private static async Task ExecuteAsync(MySqlDatabase database, string sql, object? parameters)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    private static async Task<IReadOnlyList<T>> QueryAsync<T>(MySqlDatabase database, string sql, object? parameters)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, $"{answer.RequestMessage!.RequestUri}: {body}");
        return JsonElement.Parse(body);
    }

    private const string Catalogue =
        """
        INSERT INTO destinations (destination_id, uuid, name) VALUES (1, '10000000-0000-4000-8000-000000000001', 'East'), (2, '10000000-0000-4000-8000-000000000002', 'West');
        INSERT INTO parks (park_id, destination_id, uuid, name, timezone) VALUES
            (1, 1, '20000000-0000-4000-8000-000000000001', 'East park', 'America/New_York'), (2, 2, '20000000-0000-4000-8000-000000000002', 'West park', 'America/Los_Angeles');
        INSERT INTO rides (ride_id, park_id, uuid, name, entity_type, created_from) VALUES
            (11, 1, '30000000-0000-4000-8000-000000000001', 'One', 'ATTRACTION', 'TEST'), (12, 1, '30000000-0000-4000-8000-000000000002', 'Two', 'ATTRACTION', 'TEST'),
            (21, 2, '30000000-0000-4000-8000-000000000003', 'Three', 'ATTRACTION', 'TEST'), (22, 2, NULL, 'Four', 'ATTRACTION', 'TEST');
        """;

    private const string Layout =
        $"""
        CREATE TABLE parks (
            park_id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, queue_times_id INT NOT NULL UNIQUE, themeparks_wiki_id CHAR(36) NULL, name VARCHAR(255) NOT NULL,
            city VARCHAR(100) NOT NULL, country VARCHAR(2) NOT NULL, timezone VARCHAR(50) NOT NULL DEFAULT 'America/New_York', is_active BOOLEAN NOT NULL DEFAULT TRUE
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
        CREATE TABLE rides (
            ride_id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, queue_times_id INT NOT NULL UNIQUE, themeparks_wiki_id CHAR(36) NULL, park_id INT NOT NULL, name VARCHAR(255) NOT NULL,
            is_active BOOLEAN NOT NULL DEFAULT TRUE, FOREIGN KEY (park_id) REFERENCES parks (park_id) ON DELETE CASCADE
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
        {TextbookSnapshots.CreateTable};
        CREATE TABLE queue_data (queue_id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, snapshot_id BIGINT NOT NULL, recorded_at TIMESTAMP NOT NULL) ENGINE=InnoDB;
        INSERT INTO parks (park_id, queue_times_id, name, city, country) VALUES (1, 1, 'East park', 'Orlando', 'US'), (2, 2, 'West park', 'Anaheim', 'US');
        INSERT INTO rides (ride_id, queue_times_id, themeparks_wiki_id, park_id, name) VALUES
            (1, 1, '30000000-0000-4000-8000-000000000001', 1, 'One'), (2, 2, '30000000-0000-4000-8000-000000000002', 1, 'Two'),
            (3, 3, '30000000-0000-4000-8000-000000000003', 2, 'Three'), (4, 4, '40000000-0000-4000-8000-000000000004', 2, 'Nobody knows'),
            (5, 5, NULL, 2, 'Without an id'), (6, 6, 'not a uuid', 2, 'With a broken id');
        """;

    private const string Rows =
        """
        INSERT INTO ride_status_snapshots (ride_id, recorded_at, is_open, status, wait_time, computed_is_open, data_source)
        SELECT p.ride_id, p.at, p.status = 'OPERATING', p.status, IF(p.status = 'OPERATING', 5 * (p.seq MOD 20), NULL), COALESCE(p.status = 'OPERATING', 0), 'LIVE'
        FROM (
            SELECT r.ride_id, t.seq, '2025-11-01' + INTERVAL (t.seq - 1) * 10 MINUTE AS at,
                ELT(1 + ((t.seq DIV 6 + r.ride_id) MOD 5), 'OPERATING', 'DOWN', 'CLOSED', 'REFURBISHMENT', NULL) AS status
            FROM rides AS r
            CROSS JOIN seq_1_to_1000 AS t
            WHERE t.seq <= @PollsPerRide) AS p
        ORDER BY p.at, p.ride_id
        """;

    // Eleven: a later row of an instant there is, the last second of a day, open or not without a status, an event of the archive that says nothing, a code,
    // a wait of days, twice the same instant of a new one, a time long ago, the future, and a ride nobody lists.
    private const string OddRows =
        """
        INSERT INTO ride_status_snapshots (ride_id, recorded_at, is_open, status, wait_time, computed_is_open, data_source) VALUES
            (1, '2025-11-01 12:00:00', 1, 'OPERATING', 77, 1, 'LIVE'),
            (1, '2025-11-02 23:59:59', 1, 'OPERATING', 5, 1, 'LIVE'),
            (2, '2025-11-02 06:00:01', 1, NULL, 10, 1, 'LIVE'),
            (2, '2025-11-02 06:00:02', 0, NULL, NULL, 0, 'LIVE'),
            (3, '2025-11-02 06:00:03', NULL, NULL, NULL, 0, 'ARCHIVE'),
            (3, '2025-11-02 06:00:04', 1, 'OPERATING', -1, 1, 'ARCHIVE'),
            (3, '2025-11-02 06:00:05', 1, 'OPERATING', 2000, 1, 'LIVE'),
            (3, '2025-11-02 06:00:05', 0, 'DOWN', NULL, 0, 'LIVE'),
            (1, '1999-12-31 12:00:00', 1, 'OPERATING', 5, 1, 'LIVE'),
            (1, '2036-01-01 12:00:00', 1, 'OPERATING', 5, 1, 'LIVE'),
            (99, '2025-11-03 12:00:00', 1, 'OPERATING', 5, 1, 'LIVE')
        """;
}

/// <summary>A connection string with another user.</summary>
internal sealed class MySqlConnectionText(string text)
{
    public string WithUser(string user, string password)
    {
        var builder = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = text };
        foreach (var key in builder.Keys!.Cast<string>().Where(k => k is "user id" or "userid" or "uid" or "user" or "username" or "password" or "pwd").ToList())
        {
            builder.Remove(key);
        }

        builder["User ID"] = user;
        builder["Password"] = password;
        return builder.ConnectionString;
    }
}
