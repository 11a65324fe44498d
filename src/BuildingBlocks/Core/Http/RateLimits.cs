using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ThemePark.BuildingBlocks;

/// <summary>Section <c>RateLimits</c>. All are per admin key but the last, which is per address.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Imports started, of one destination.</summary>
    [Range(1, int.MaxValue)]
    public int StartImportPerHour { get; set; } = 5;

    /// <summary>Looks at one import or at the list of them.</summary>
    [Range(1, int.MaxValue)]
    public int StatusReadsPerMinute { get; set; } = 60;

    /// <summary>Imports paused, resumed, cancelled and retried.</summary>
    [Range(1, int.MaxValue)]
    public int ImportControlPerMinute { get; set; } = 10;

    /// <summary>All admin calls together.</summary>
    [Range(1, int.MaxValue)]
    public int AdminPerMinute { get; set; } = 600;

    /// <summary>Calls of an address without a valid key.</summary>
    [Range(1, int.MaxValue)]
    public int UnauthorizedPerMinute { get; set; } = 20;
}

/// <summary>The names of the limits. The first is taken with <see cref="ICallLimits"/>, the others with <c>RequireRateLimiting</c>.</summary>
public static class RateLimits
{
    public const string StartImport = "start-import";
    public const string StatusReads = "status-reads";
    public const string ImportControl = "import-control";

    internal static IServiceCollection AddThemeParkRateLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        services.AddSettings<RateLimitOptions>("RateLimits");
        services.AddSingleton<CallLimiter>();
        services.AddScoped<ICallLimits, CallLimits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, options) =>
        {
            limiter.AddPolicy(StatusReads, http => PerKey(http, StatusReads, options.Value.StatusReadsPerMinute));
            limiter.AddPolicy(ImportControl, http => PerKey(http, ImportControl, options.Value.ImportControlPerMinute));
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
                http.Request.Path.StartsWithSegments(AdminEndpoints.Prefix)
                    ? PerKey(http, "admin", options.Value.AdminPerMinute)
                    : RateLimitPartition.GetNoLimiter("public"));
            limiter.OnRejected = async (rejected, _) =>
                await ErrorAnswers.WriteAsync(rejected.HttpContext, Refusal(rejected.Lease));
        });
        return services;
    }

    internal static RateLimitPartition<string> Window(string partition, int permits, TimeSpan window) =>
        RateLimitPartition.GetFixedWindowLimiter(partition, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = permits,
            Window = window,
            QueueLimit = 0,
        });

    internal static Failure Refusal(RateLimitLease lease)
    {
        var seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 60;
        return new Failure(
            "RATE_LIMITED",
            StatusCodes.Status429TooManyRequests,
            string.Create(CultureInfo.InvariantCulture, $"Too many of these calls; try again in {seconds} seconds."),
            new Dictionary<string, object?> { ["retry_after_seconds"] = seconds });
    }

    private static RateLimitPartition<string> PerKey(HttpContext http, string limit, int perMinute) =>
        Window($"{limit}\n{http.RequestServices.GetRequiredService<CurrentCaller>().Caller.Name}", perMinute, TimeSpan.FromMinutes(1));
}

/// <summary>Limits whose subject is known only after the request was read: one per key and destination.</summary>
public interface ICallLimits
{
    /// <summary>
    /// Takes one call from the caller's allowance for <paramref name="subject"/>. Null when there was one; else RATE_LIMITED with
    /// <c>details.retry_after_seconds</c>, which also becomes <c>Retry-After</c>. Only the API has limits: other doors always pass.
    /// </summary>
    Failure? Take(string limit, string subject);
}

internal sealed class CallLimits(CallLimiter limiter, ICurrentCaller current) : ICallLimits
{
    public Failure? Take(string limit, string subject) =>
        current.Caller.Door == Door.Api ? limiter.Take(limit, current.Caller.Name, subject) : null;
}

internal sealed class CallLimiter(IOptions<RateLimitOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<(string Limit, string Key, string Subject)> _limiter =
        PartitionedRateLimiter.Create<(string Limit, string Key, string Subject), string>(call => call.Limit switch
        {
            RateLimits.StartImport => RateLimits.Window(
                $"{call.Key}\n{call.Subject}", options.Value.StartImportPerHour, TimeSpan.FromHours(1)),
            _ => throw new ArgumentException($"There is no limit '{call.Limit}' per subject.", nameof(call)),
        });

    private readonly PartitionedRateLimiter<string> _unauthorized = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimits.Window(address, options.Value.UnauthorizedPerMinute, TimeSpan.FromMinutes(1)));

    public Failure? Take(string limit, string key, string subject)
    {
        using var lease = _limiter.AttemptAcquire((limit, key, subject));
        return lease.IsAcquired ? null : RateLimits.Refusal(lease);
    }

    /// <summary>Takes one refused call from the allowance of an address.</summary>
    public Failure? TakeUnauthorized(string address)
    {
        using var lease = _unauthorized.AttemptAcquire(address);
        return lease.IsAcquired ? null : RateLimits.Refusal(lease);
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _unauthorized.Dispose();
    }
}
