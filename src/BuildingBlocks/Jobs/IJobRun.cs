using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace ThemePark.Jobs;

/// <summary>
/// The run a handler is in; scoped, taken by constructor. The handler's cancellation token fires when cancel was requested, when this node stops
/// and when the run was superseded; a handler passes it on and lets <see cref="OperationCanceledException"/> through.
/// <para>
/// How a run ends: a normal return is success; <see cref="OperationCanceledException"/> is a cancel or, at shutdown, a hand-over to another
/// node; <see cref="RunSupersededException"/> changes nothing; <see cref="JobFailedException"/> that is permanent fails without retry; any other
/// exception is retried as the command's <see cref="JobAttribute"/> says, then fails.
/// </para>
/// </summary>
public interface IJobRun
{
    /// <summary>The job.</summary>
    JobId Id { get; }

    /// <summary>1 for the first try; grows with each run that threw, not with lost or handed back ones.</summary>
    int Attempt { get; }

    /// <summary>The run before this one was lost with its node, or handed over by a node that stopped.</summary>
    bool Recovered { get; }

    /// <summary>The token that names this run; it never names another.</summary>
    string Owner { get; }

    /// <summary>Why the run's token fired; <see cref="StopReason.None"/> while it has not.</summary>
    StopReason StopReason { get; }

    /// <summary>Reports how far the run is, 0 to 1; the last report reaches the job row once a second.</summary>
    void Progress(double fraction, string? note = null);

    /// <summary>Adds a line to the job's log; lines reach the database once a second, in order.</summary>
    void Log(LogLevel level, string text);

    /// <summary>
    /// Says that the run has committed work that no other run will do again: runs lost before do not count against the job any more, see
    /// <see cref="JobsOptions.MaxLostRuns"/>. Call it after every such commit; it reaches the database at the first call of a run that follows lost
    /// ones, and costs nothing otherwise.
    /// </summary>
    ValueTask AdvancedAsync(CancellationToken ct);

    /// <summary>
    /// Makes <paramref name="tx"/> a write of this run: takes a shared lock on the job's fence row that holds until the transaction ends, so no other
    /// run can begin before, and throws when one already has. Call it before the first write of every transaction.
    /// <para>
    /// A process frozen inside such a transaction keeps the lock, and so keeps others from taking over, until the server ends its session. Write on a
    /// dedicated connection with <c>SET SESSION wait_timeout = 5, net_read_timeout = 5</c>, so that the server does: the first covers a process
    /// frozen between two statements, the second one frozen in the middle of a LOAD DATA.
    /// </para>
    /// </summary>
    /// <exception cref="RunSupersededException">Another run owns the job, or the job was given up.</exception>
    ValueTask FenceAsync(DbTransaction tx, CancellationToken ct);
}

/// <summary>Why a run was told to stop.</summary>
public enum StopReason
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>Somebody cancelled the job.</summary>
    Cancelled,

    /// <summary>Every job is held back; see <see cref="IJobDrain"/>.</summary>
    Drained,

    /// <summary>This node stops; another one goes on.</summary>
    Shutdown,

    /// <summary>Another run has taken the job over.</summary>
    Superseded,
}

/// <summary>This run no longer owns its job: it was taken for dead. Nothing it writes may be kept.</summary>
public sealed class RunSupersededException(JobId id) : Exception($"Another run has taken over job {id}.");

/// <summary>A run that failed for a reason it can name.</summary>
/// <param name="message">For the operator.</param>
/// <param name="permanent">True when another try would fail the same way: the job fails at once.</param>
/// <param name="inner">The cause.</param>
public sealed class JobFailedException(string message, bool permanent = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>No retry.</summary>
    public bool Permanent { get; } = permanent;
}
