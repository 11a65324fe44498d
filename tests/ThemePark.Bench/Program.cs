using ThemePark.Bench;

// Each bench checks the answer before it tells a time, prints its floor and the ratio, and ends with one line of JSON.
return args switch
{
    ["import", .. var rest] => await ImportBench.RunAsync(rest),
    ["collect", .. var rest] => await CollectBench.RunAsync(rest),
    ["analytics", .. var rest] => await AnalyticsBench.RunAsync(rest),
    ["console", .. var rest] => await ConsoleBench.RunAsync(rest),
    ["legacy", .. var rest] => await LegacyBench.RunAsync(rest),
    ["read"] => await ReadBench.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: bench import [--files N] [--events-per-file N] [--keep] | bench collect [--rounds N] | bench analytics [--snapshots N] [--requests N] | bench console [--snapshots N] [--days N] [--requests N] [--pages TEXT] [--world DIR] | bench legacy [--rows N] [--days N] | bench read");
    return 2;
}
