using Quartz.Impl.AdoJobStore;

namespace ThemePark.Jobs;

/// <summary>
/// Quartz's MySQL dialect with the join order MariaDB does not find: it would sort all waiting triggers for each round. Must be registered before
/// <c>UseMySql</c>, or it is ignored without a word.
/// </summary>
internal sealed class MariaDbDelegate : MySQLDelegate
{
    /// <summary>A subclass loses the batched rounds unless it says that they cover its overrides; this one overrides no statement they replace.</summary>
    public override bool SupportsFireOnAcquire => true;

    protected override string GetSelectNextTriggerToAcquireSql(TriggerAcquisitionSqlShape shape)
    {
        var sql = base.GetSelectNextTriggerToAcquireSql(shape);
        var select = sql.IndexOf("SELECT", StringComparison.Ordinal);
        return select < 0
            ? throw new InvalidOperationException("Quartz's acquisition statement has no SELECT to put STRAIGHT_JOIN after.")
            : sql.Insert(select + "SELECT".Length, " STRAIGHT_JOIN");
    }
}
