using Dapper;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Host.Cli;
using ThemePark.MySql;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Migrations;

public sealed class MigrationRunnerTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private TestDatabase _test = null!;

    public async Task InitializeAsync() => _test = await TestDatabase.CreateAsync(migrate: false);

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task The_schema_goes_up_down_and_up_again_to_the_same_schema()
    {
        var runner = new MigrationRunner(_test.Database);
        var all = MigrationSet.Embedded.Migrations;

        (await runner.UpAsync(Ct)).Changed.ShouldBe(all.Select(migration => migration.FileName));
        var first = await DumpAsync();
        (await runner.DownAsync(all.Count, Ct)).Changed.ShouldBe(all.Reverse().Select(migration => migration.DownFileName));
        (await TablesAsync()).ShouldBe(["schema_migrations"]);
        await runner.UpAsync(Ct);

        (await DumpAsync()).ShouldBe(first);
        (await runner.VerifyAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_step_back_leads_to_where_the_step_before_ended()
    {
        var runner = new MigrationRunner(_test.Database);
        var all = MigrationSet.Embedded.Migrations;
        var dumps = new Dictionary<int, string>();
        for (var count = 1; count <= all.Count; count++)
        {
            await new MigrationRunner(_test.Database, Part(count)).UpAsync(Ct);
            dumps[count] = await DumpAsync();
        }

        for (var count = all.Count; count > 1; count--)
        {
            (await runner.DownAsync(1, Ct)).Version.ShouldBe(all[count - 2].Version);
            (await DumpAsync()).ShouldBe(dumps[count - 1], all[count - 1].DownFileName);
        }

        static MigrationSet Part(int count) => MigrationSet.FromFiles(TextsOfThisBuild().Take(count * 2).ToDictionary(file => file.Key, file => file.Value));
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_says_so()
    {
        var runner = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a")));
        await runner.UpAsync(Ct);

        var report = await runner.UpAsync(Ct);

        report.Changed.ShouldBeEmpty();
        report.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Of_runners_that_start_together_one_works_and_the_others_find_the_work_done()
    {
        var set = Set(("0001_a_one", "CREATE TABLE a (i INT); DO SLEEP(0.5); INSERT INTO a VALUES (1)", "DROP TABLE a"));

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new MigrationRunner(_test.Database, set).UpAsync(Ct)));

        reports.Count(report => report.Changed.Count is 1).ShouldBe(1);
        (await ScalarAsync("SELECT COUNT(*) FROM a")).ShouldBe(1);
    }

    [Fact]
    public async Task A_changed_file_is_refused_by_name()
    {
        await new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a"))).UpAsync(Ct);

        var up = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i BIGINT)", "DROP TABLE a")));
        var down = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE IF EXISTS a")));

        var refused = Told(await Should.ThrowAsync<MigrationException>(() => up.UpAsync(Ct)));
        refused.ShouldExplain("MIGRATION_FAILED", "…: its text has changed since it was applied …", "exit 1");
        refused.Message.ShouldStartWith("0001_a_one.sql: ");
        (await Should.ThrowAsync<MigrationException>(() => down.UpAsync(Ct))).Message.ShouldContain("0001_a_one.down.sql has changed");
        (await Should.ThrowAsync<MigrationException>(() => down.DownAsync(1, Ct))).Message.ShouldStartWith("0001_a_one.down.sql: it has changed");
        (await up.VerifyAsync(Ct)).ShouldHaveSingleItem().ShouldContain("its text has changed");
    }

    [Fact]
    public async Task A_version_this_build_should_know_but_does_not_is_refused()
    {
        await new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a"), ("0002_a_two", "CREATE TABLE b (i INT)", "DROP TABLE b")))
            .UpAsync(Ct);
        var other = new MigrationRunner(_test.Database, Set(("0002_a_two", "CREATE TABLE b (i INT)", "DROP TABLE b")));

        var refused = Told(await Should.ThrowAsync<MigrationException>(() => other.UpAsync(Ct)));
        refused.ShouldExplain("MIGRATION_FAILED", "…: applied here, but this build does not have it; a newer build must have been here", "exit 1");
        refused.Message.ShouldStartWith("0001_a_one.sql: ");
        (await Should.ThrowAsync<MigrationException>(() => other.DownAsync(2, Ct))).Message.ShouldStartWith("0001_a_one.sql: applied here, but this build does not have it");
    }

    [Fact]
    public async Task What_a_newer_build_has_added_is_left_alone_so_that_the_one_before_can_come_back()
    {
        var newer = Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a"), ("0002_a_two", "CREATE TABLE b (i INT)", "DROP TABLE b"));
        await new MigrationRunner(_test.Database, newer).UpAsync(Ct);
        var older = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a")));

        (await older.UpAsync(Ct)).Changed.ShouldBeEmpty();
        (await older.VerifyAsync(Ct)).ShouldBeEmpty();
        (await older.StatusAsync(Ct)).Single(s => s.Version == 2).IsNewer.ShouldBeTrue();
        // How to take it back only the newer one knows.
        (await Should.ThrowAsync<MigrationException>(() => older.DownAsync(1, Ct))).Message.ShouldStartWith("0002_a_two.sql: applied here, but this build does not have it");
        (await TablesAsync()).ShouldContain("b");
    }

    [Fact]
    public async Task What_takes_away_is_run_on_a_new_database_and_waits_on_an_old_one()
    {
        var first = ("0001_a_one", "CREATE TABLE a (i INT, j INT)", "DROP TABLE a");
        var contract = ("0002_a_contract_one", "ALTER TABLE a DROP COLUMN j", "ALTER TABLE a ADD COLUMN j INT");
        var later = ("0003_a_three", "CREATE TABLE c (i INT)", "DROP TABLE c");
        await using var fresh = await TestDatabase.CreateAsync(migrate: false);
        (await new MigrationRunner(fresh.Database, Set(first, contract, later)).UpAsync(Ct)).Changed.Count.ShouldBe(3);

        await new MigrationRunner(_test.Database, Set(first)).UpAsync(Ct);
        var runner = new MigrationRunner(_test.Database, Set(first, contract, later));
        (await runner.UpAsync(Ct)).Changed.ShouldBe(["0003_a_three.sql"]);
        (await runner.StatusAsync(Ct)).Single(s => s.Version == 2).ShouldSatisfyAllConditions(s => s.AwaitsContract.ShouldBeTrue(), s => s.Problem.ShouldBeNull());
        (await runner.VerifyAsync(Ct)).ShouldBeEmpty();
        (await runner.UpAsync(Ct)).Changed.ShouldBeEmpty();

        (await runner.ContractAsync(Ct)).Changed.ShouldBe(["0002_a_contract_one.sql"]);
        (await runner.ContractAsync(Ct)).Changed.ShouldBeEmpty();
        (await runner.VerifyAsync(Ct)).ShouldBeEmpty();
        (await runner.DownAsync(3, Ct)).Version.ShouldBe(0);
    }

    [Fact]
    public async Task An_older_build_refuses_a_schema_from_which_a_newer_one_has_taken_away()
    {
        var first = ("0001_a_one", "CREATE TABLE a (i INT, j INT)", "DROP TABLE a");
        await new MigrationRunner(_test.Database, Set(first, ("0002_a_contract_one", "ALTER TABLE a DROP COLUMN j", "ALTER TABLE a ADD COLUMN j INT"))).UpAsync(Ct);

        (await Should.ThrowAsync<MigrationException>(() => new MigrationRunner(_test.Database, Set(first)).UpAsync(Ct)))
            .Message.ShouldStartWith("0002_a_contract_one.sql: applied here, but this build does not have it");
    }

    [Fact]
    public async Task While_the_migrations_are_held_nobody_migrates()
    {
        var runner = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a")));
        await MigrationDatabase.CreateIfMissingAsync(_test.Database, Ct);
        var hold = await runner.HoldAsync(Ct);
        var up = runner.UpAsync(Ct);

        (await Task.WhenAny(up, Task.Delay(500))).ShouldNotBe(up);

        await hold.DisposeAsync();
        (await up).Changed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_number_below_the_last_applied_one_comes_too_late()
    {
        await new MigrationRunner(_test.Database, Set(("0002_a_two", "CREATE TABLE b (i INT)", "DROP TABLE b"))).UpAsync(Ct);
        var late = new MigrationRunner(
            _test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a"), ("0002_a_two", "CREATE TABLE b (i INT)", "DROP TABLE b")));

        var refused = Told(await Should.ThrowAsync<MigrationException>(() => late.UpAsync(Ct)));
        refused.ShouldExplain("MIGRATION_FAILED", "…: never applied, but … was: a new file takes the next free number after the last", "exit 1");
        refused.Message.ShouldStartWith("0001_a_one.sql: never applied, but 0002 was");
        (await TablesAsync()).ShouldNotContain("a");
    }

    [Fact]
    public async Task A_failing_statement_is_named_and_the_repaired_file_goes_on_after_what_is_done()
    {
        var broken = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT);\nCREATE TABLE b (i WRONG);\nCREATE TABLE c (i INT)", "DROP TABLE IF EXISTS a, b, c")));
        var repaired = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT);\nCREATE TABLE b (i INT);\nCREATE TABLE c (i INT)", "DROP TABLE IF EXISTS a, b, c")));

        var e = await Should.ThrowAsync<MigrationException>(() => broken.UpAsync(Ct));

        e.Message.ShouldStartWith("0001_a_one.sql, statement 2 (line 2) failed with error ");
        Told(e).ShouldExplain(
            "MIGRATION_FAILED",
            "…, statement … (line …) failed with error …: … Repair the rest of the file from that statement on and run `./themepark db migrate` again, or take the version back with `./themepark db down 1`.",
            "exit 1");
        var status = (await broken.StatusAsync(Ct)).ShouldHaveSingleItem();
        status.State.ShouldBe(MigrationState.Unfinished);
        status.Problem!.ShouldStartWith("1 of 3 statements are done, then: 0001_a_one.sql, statement 2");
        await Should.ThrowAsync<MigrationException>(() => broken.UpAsync(Ct));
        (await repaired.UpAsync(Ct)).Changed.ShouldBe(["0001_a_one.sql"]);
        (await TablesAsync()).ShouldBe(["a", "b", "c", "schema_migrations"]);
        (await repaired.VerifyAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repair_may_not_touch_what_is_done_but_the_version_can_be_taken_back()
    {
        var broken = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT); WRONG", "DROP TABLE IF EXISTS a, b")));
        var rewritten = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE b (i INT)", "DROP TABLE IF EXISTS a, b")));
        await Should.ThrowAsync<MigrationException>(() => broken.UpAsync(Ct));

        (await Should.ThrowAsync<MigrationException>(() => rewritten.UpAsync(Ct))).Message.ShouldContain("db down 1");
        await rewritten.DownAsync(1, Ct);
        await rewritten.UpAsync(Ct);

        (await TablesAsync()).ShouldBe(["b", "schema_migrations"]);
    }

    [Fact]
    public async Task A_runner_killed_between_a_statement_and_its_note_is_made_up_for()
    {
        var runner = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT); CREATE TABLE b (i INT); CREATE TABLE c (i INT)", "DROP TABLE a, b, c")));
        await runner.UpAsync(Ct);
        await ExecuteAsync("DROP TABLE c");
        await ExecuteAsync(
            $"UPDATE schema_migrations SET state = 'running', statements_done = 1, done_checksum = '{Migration.Hash("CREATE TABLE a (i INT)")}'");

        await runner.UpAsync(Ct);

        (await runner.VerifyAsync(Ct)).ShouldBeEmpty();
        (await TablesAsync()).ShouldBe(["a", "b", "c", "schema_migrations"]);
    }

    [Fact]
    public async Task Verify_names_what_is_missing()
    {
        var set = Set(
            ("0001_a_one", "CREATE TABLE a (i INT); CREATE TABLE gone (i INT); CREATE OR REPLACE VIEW v AS SELECT i FROM a", "DROP VIEW v; DROP TABLE a"),
            ("0002_a_two", "DROP TABLE gone", "CREATE TABLE gone (i INT)"));
        var runner = new MigrationRunner(_test.Database, set);
        (await runner.VerifyAsync(Ct)).Count.ShouldBe(2);
        await runner.UpAsync(Ct);
        (await runner.VerifyAsync(Ct)).ShouldBeEmpty();

        await ExecuteAsync("DROP VIEW v");
        await ExecuteAsync("DROP TABLE a");

        (await runner.VerifyAsync(Ct)).ShouldBe(["0001_a_one.sql: its table or view a is missing", "0001_a_one.sql: its table or view v is missing"]);
    }

    [Fact]
    public async Task A_missing_database_is_created_with_binary_utf8mb4()
    {
        var name = $"{_test.Name}-made";
        await using var database = new MySqlDatabase(_test.ConnectionString.Replace($"={_test.Name}", $"={name}", StringComparison.Ordinal));
        try
        {
            await new MigrationRunner(database, Set(("0001_a_one", "CREATE TABLE a (t VARCHAR(9))", "DROP TABLE a"))).UpAsync(Ct);

            await using var connection = await database.OpenAsync(Ct);
            (await connection.ExecuteScalarAsync<string>("SELECT CONCAT(DATABASE(), ' ', @@collation_database)")).ShouldBe($"{name} utf8mb4_bin");
        }
        finally
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS `{name}`");
        }
    }

    [Fact]
    public async Task A_database_of_another_collation_is_refused_before_its_first_table()
    {
        await ExecuteAsync("ALTER DATABASE COLLATE utf8mb4_general_ci");
        var runner = new MigrationRunner(_test.Database, Set(("0001_a_one", "CREATE TABLE a (i INT)", "DROP TABLE a")));

        Told(await Should.ThrowAsync<MigrationException>(() => runner.UpAsync(Ct))).ShouldExplain(
            "MIGRATION_FAILED", "The database's collation is …; ThemePark needs utf8mb4_bin. Run: ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "exit 1");

        (await TablesAsync()).ShouldNotContain("a");
    }

    private static SortedDictionary<string, string> TextsOfThisBuild()
    {
        var assembly = typeof(MigrationSet).Assembly;
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            texts.Add(name["migrations/".Length..], reader.ReadToEnd());
        }

        return texts;
    }

    private static MigrationSet Set(params (string Stem, string Up, string Down)[] steps) => MigrationSet.FromFiles(steps
        .SelectMany(step => new[] { (Name: $"{step.Stem}.sql", Text: step.Up), (Name: $"{step.Stem}.down.sql", Text: step.Down) })
        .ToDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal));

    private async Task<string[]> TablesAsync()
    {
        await using var connection = await _test.Database.OpenAsync(Ct);
        return [.. await connection.QueryAsync<string>("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name")];
    }

    private async Task<string> DumpAsync()
    {
        var dump = new List<string>();
        await using var connection = await _test.Database.OpenAsync(Ct);
        foreach (var table in (await TablesAsync()).Where(table => table is not "schema_migrations"))
        {
            var row = (IDictionary<string, object?>)await connection.QuerySingleAsync($"SHOW CREATE TABLE `{table}`");
            dump.Add(row.Values.OfType<string>().First(value => value.StartsWith("CREATE", StringComparison.Ordinal)));
            dump.AddRange((await connection.QueryAsync($"SELECT * FROM `{table}`")).Select(fields => (string)fields.ToString()));
        }

        return string.Join('\n', dump);
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var connection = await _test.Database.OpenAsync(Ct);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _test.Database.OpenAsync(Ct);
        await connection.ExecuteAsync(sql);
    }

    // What a verb, or a host that starts, ends with.
    private static Failure Told(MigrationException e) => CliErrors.Of(e);
}
