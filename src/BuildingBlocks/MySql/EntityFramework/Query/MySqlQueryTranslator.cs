using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Query;

namespace ThemePark.MySql.EntityFramework.Query;

/// <summary>
/// EF's own translation of the query operators but one: after a Select that runs in .NET, EF applies Distinct to the columns it reads, not to the values it
/// computes, and returns values twice.
/// </summary>
internal sealed class MySqlQueryTranslator : RelationalQueryableMethodTranslatingExpressionVisitor
{
    public MySqlQueryTranslator(
        QueryableMethodTranslatingExpressionVisitorDependencies dependencies,
        RelationalQueryableMethodTranslatingExpressionVisitorDependencies relationalDependencies,
        RelationalQueryCompilationContext context)
        : base(dependencies, relationalDependencies, context)
    {
    }

    private MySqlQueryTranslator(MySqlQueryTranslator parent) : base(parent)
    {
    }

    protected override QueryableMethodTranslatingExpressionVisitor CreateSubqueryVisitor() => new MySqlQueryTranslator(this);

    protected override ShapedQueryExpression TranslateDistinct(ShapedQueryExpression source)
    {
        var shaper = new Computation();
        shaper.Visit(source.ShaperExpression);
        return shaper.Found
            ? throw new NotSupportedException(
                "The MySQL provider does not translate Distinct after a Select that runs in .NET: load the list and call Distinct on it.")
            : base.TranslateDistinct(source);
    }

    // Binding columns to constructors and properties keeps values apart; anything else computes.
    private sealed class Computation : ExpressionVisitor
    {
        public bool Found { get; private set; }

        [return: NotNullIfNotNull(nameof(node))]
        public override Expression? Visit(Expression? node)
        {
            if (node is BinaryExpression or MethodCallExpression or ConditionalExpression or MemberExpression or InvocationExpression
                or UnaryExpression { NodeType: not (ExpressionType.Convert or ExpressionType.Quote) })
            {
                Found = true;
            }

            // Extension nodes (a column, an entity) have nothing to compute inside.
            return Found || node?.NodeType == ExpressionType.Extension ? node : base.Visit(node);
        }
    }
}

internal sealed class MySqlQueryTranslatorFactory(
    QueryableMethodTranslatingExpressionVisitorDependencies dependencies,
    RelationalQueryableMethodTranslatingExpressionVisitorDependencies relationalDependencies) : IQueryableMethodTranslatingExpressionVisitorFactory
{
    public QueryableMethodTranslatingExpressionVisitor Create(QueryCompilationContext queryCompilationContext) =>
        new MySqlQueryTranslator(dependencies, relationalDependencies, (RelationalQueryCompilationContext)queryCompilationContext);
}
