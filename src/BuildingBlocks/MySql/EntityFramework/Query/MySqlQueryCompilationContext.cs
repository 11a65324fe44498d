using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore.Query;

namespace ThemePark.MySql.EntityFramework.Query;

/// <summary>One connection has one open reader, so the parts of a split query are read to the end one after the other.</summary>
internal sealed class MySqlQueryCompilationContextFactory(
    QueryCompilationContextDependencies dependencies, RelationalQueryCompilationContextDependencies relationalDependencies) : IQueryCompilationContextFactory
{
    public QueryCompilationContext Create(bool async) => new Buffering(dependencies, relationalDependencies, async);

    [Experimental("EF9100")]
    public QueryCompilationContext CreatePrecompiled(bool async) => throw new NotSupportedException("The MySQL provider does not precompile queries.");

    private sealed class Buffering(
        QueryCompilationContextDependencies dependencies, RelationalQueryCompilationContextDependencies relationalDependencies, bool async)
        : RelationalQueryCompilationContext(dependencies, relationalDependencies, async)
    {
        public override bool IsBuffering => base.IsBuffering || QuerySplittingBehavior == Microsoft.EntityFrameworkCore.QuerySplittingBehavior.SplitQuery;
    }
}
