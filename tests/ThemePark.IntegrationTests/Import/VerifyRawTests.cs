using Dapper;
using Shouldly;
using ThemePark.Modules.Import.Features;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.IntegrationTests.Import;

public sealed class VerifyRawTests
{
    [Fact]
    public async Task What_is_missing_damaged_or_unlisted_is_found_and_a_repair_and_an_import_heal_it()
    {
        await using var archive = await SmallArchive.StartAsync();
        await archive.ImportAsync(createMissing: true);
        (await VerifyAsync(archive)).FoundNothingWrong().ShouldBeTrue();
        var rows = await ChecksumAsync(archive);

        await using (var connection = await archive.Database.OpenAsync(default))
        {
            var paths = (await connection.QueryAsync<string>("SELECT raw_path FROM archive_objects ORDER BY object_day")).Select(p => Path.Combine(archive.Raw, p)).ToList();
            File.Delete(paths[0]);
            var bytes = await File.ReadAllBytesAsync(paths[1]);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(paths[1], bytes);
            await File.AppendAllTextAsync(paths[2], "more");
            await connection.ExecuteAsync("DELETE FROM archive_objects WHERE object_day = '2025-06-04'");
            await File.WriteAllTextAsync(Path.Combine(archive.Raw, "readme.txt"), "not ours");
        }

        var found = await VerifyAsync(archive);
        (found.Checked, found.Intact, found.Missing, found.WrongSize, found.WrongHash).ShouldBe((3, 0, 1, 1, 1));
        (found.Unlisted, found.UnlistedDamaged, found.Superseded, found.Foreign).ShouldBe((1, 0, 0, 1));
        found.Damaged.Select(d => (d.Key[^10..], d.State)).ShouldBe([("01.json.gz", "MISSING"), ("02.json.gz", "WRONG_HASH"), ("03.json.gz", "WRONG_SIZE")]);
        found.FoundNothingWrong().ShouldBeFalse();

        var repaired = await VerifyAsync(archive, repair: true);
        (repaired.Cleared, repaired.Readmitted).ShouldBe((3, 1));
        var between = await VerifyAsync(archive);
        (between.Checked, between.Intact).ShouldBe((1, 1));

        var import = await archive.ImportAsync(createMissing: true);
        import.GetProperty("status").GetString().ShouldBe("COMPLETED", import.ToString());
        import.GetProperty("progress").GetProperty("days_changed").GetInt32().ShouldBe(0);
        var healed = await VerifyAsync(archive);
        (healed.Checked, healed.Intact).ShouldBe((4, 4));
        healed.FoundNothingWrong().ShouldBeTrue();
        (await ChecksumAsync(archive)).ShouldBe(rows);
    }

    private static async Task<VerifyRaw.Result> VerifyAsync(SmallArchive archive, bool repair = false) =>
        (await archive.App.Services.SendAsync(new VerifyRaw.Command(Repair: repair))).Value;

    private static async Task<string?> ChecksumAsync(SmallArchive archive)
    {
        await using var connection = await archive.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<string>(
            "SELECT CONCAT(COUNT(*), ':', BIT_XOR(CRC32(CONCAT_WS('|', ride_id, recorded_at, status, wait_minutes, flags)))) FROM ride_status_snapshots");
    }
}
