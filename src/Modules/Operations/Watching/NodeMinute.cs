namespace ThemePark.Modules.Operations.Watching;

/// <summary>About a minute of one node.</summary>
/// <param name="EndedAt">UTC.</param>
/// <param name="Api">Null: the node serves no HTTP; as <paramref name="Pages"/>.</param>
/// <param name="CpuPercent">Of all its processors.</param>
/// <param name="MemoryBytes">What its machine or cgroup has; null: not visible.</param>
/// <param name="LogErrors">Lines of level error and above.</param>
internal sealed record NodeMinute(
    string Node, DateTime EndedAt, double Seconds, HttpFigures? Api, HttpFigures? Pages, double CpuPercent, long RssBytes, long? MemoryBytes, long LogErrors);

/// <summary>What some minutes of some nodes come to.</summary>
/// <param name="Newest">UTC; null: there are none.</param>
/// <param name="Http">API and pages together; null: no node served HTTP.</param>
internal sealed record NodeWindow(
    DateTime? Newest, (long Requests, long Errors)? Http, TimeHistogram ApiTimes, TimeHistogram PageTimes, long LogErrors, IReadOnlyList<NodeLoad> Loads)
{
    /// <summary>A process is another node after a restart: its minutes count, and so do those before.</summary>
    public static NodeWindow Of(IReadOnlyCollection<NodeMinute> minutes)
    {
        var (api, pages) = (new TimeHistogram(), new TimeHistogram());
        (long Requests, long Errors)? http = null;
        foreach (var (times, figures) in minutes.SelectMany(m => new[] { (Times: api, Figures: m.Api), (Times: pages, Figures: m.Pages) }))
        {
            if (figures is not null)
            {
                times.Add(figures.Times);
                var (requests, errors) = http ?? (0, 0);
                http = (requests + figures.Requests, errors + figures.Errors);
            }
        }

        return new NodeWindow(
            minutes.Count == 0 ? null : minutes.Max(m => m.EndedAt),
            http,
            api,
            pages,
            minutes.Sum(m => m.LogErrors),
            [.. minutes.GroupBy(m => m.Node, StringComparer.Ordinal).Select(n => NodeLoad.Of(n.Key, [.. n])).OrderBy(n => n.Node, StringComparer.Ordinal)]);
    }
}

/// <param name="CpuPercent">On average.</param>
/// <param name="MemoryPercent">At its peak; null: what it may have is not visible.</param>
internal sealed record NodeLoad(string Node, double CpuPercent, double? MemoryPercent)
{
    public static NodeLoad Of(string node, IReadOnlyList<NodeMinute> minutes)
    {
        var seconds = minutes.Sum(m => m.Seconds);
        return new NodeLoad(
            node,
            seconds > 0 ? minutes.Sum(m => m.CpuPercent * m.Seconds) / seconds : minutes.Average(m => m.CpuPercent),
            minutes.Max(m => m.MemoryBytes > 0 ? 100.0 * m.RssBytes / m.MemoryBytes : null));
    }
}
