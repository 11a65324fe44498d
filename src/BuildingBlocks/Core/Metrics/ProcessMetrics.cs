using System.Diagnostics;
using System.Globalization;

namespace ThemePark.BuildingBlocks;

/// <summary>This process and its runtime, under the names Prometheus' own client libraries use where they have one.</summary>
internal sealed class ProcessMetrics : IMetricSource
{
    public string Name => "process";

    public ValueTask CollectAsync(MetricWriter writer, CancellationToken cancellationToken)
    {
        using var process = Process.GetCurrentProcess();
        writer.Counter("process_cpu_seconds_total", "Processor time used.", process.TotalProcessorTime.TotalSeconds);
        writer.Gauge("process_resident_memory_bytes", "Memory the process holds.", process.WorkingSet64);
        writer.Gauge(
            "process_start_time_seconds",
            "When the process began, in seconds since 1970-01-01 UTC.",
            (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // The runtime counts a collection for every generation below its own as well.
            var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            writer.Counter(
                "dotnet_gc_collections_total",
                "Garbage collections by generation.",
                GC.CollectionCount(generation) - older,
                ("generation", generation.ToString(CultureInfo.InvariantCulture)));
        }

        writer.Counter("dotnet_gc_pause_seconds_total", "Time the process stood still for garbage collections.", GC.GetTotalPauseDuration().TotalSeconds);
        writer.Gauge("dotnet_gc_heap_bytes", "Managed memory in use, garbage not yet collected included.", GC.GetTotalMemory(forceFullCollection: false));
        writer.Gauge("dotnet_thread_pool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        writer.Gauge("dotnet_thread_pool_queue_length", "Work that waits for a thread.", ThreadPool.PendingWorkItemCount);
        return ValueTask.CompletedTask;
    }
}
