using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace ThemePark.MySql.EntityFramework.Query;

/// <summary>Writes the SQL, and is the last gate: what is not known to mean the same on the server throws here.</summary>
internal sealed class MySqlQuerySqlGenerator(QuerySqlGeneratorDependencies dependencies) : QuerySqlGenerator(dependencies)
{
    /// <summary>Not a function of the server: .NET counts UTF-16 units, an emoji is two.</summary>
    public const string Utf16Length = "UTF16_LENGTH";

    protected override void GenerateLimitOffset(SelectExpression selectExpression)
    {
        if (selectExpression.Limit is null && selectExpression.Offset is null)
        {
            return;
        }

        if (selectExpression.Limit is not (null or SqlConstantExpression or SqlParameterExpression)
            || selectExpression.Offset is not (null or SqlConstantExpression or SqlParameterExpression))
        {
            throw Refused("Take or Skip of a computed number");
        }

        Sql.AppendLine().Append("LIMIT ");
        if (selectExpression.Limit is null)
        {
            Sql.Append("18446744073709551615");
        }
        else
        {
            Visit(selectExpression.Limit);
        }

        if (selectExpression.Offset is not null)
        {
            Sql.Append(" OFFSET ");
            Visit(selectExpression.Offset);
        }
    }

    protected override Expression VisitSqlBinary(SqlBinaryExpression sqlBinaryExpression)
    {
        var (left, right, type) = (sqlBinaryExpression.Left, sqlBinaryExpression.Right, Operands.Unwrap(sqlBinaryExpression.Type));
        switch (sqlBinaryExpression.OperatorType)
        {
            case ExpressionType.Add when type == typeof(string):
                return Call("CONCAT", sqlBinaryExpression, left, right);

            case ExpressionType.ExclusiveOr when type == typeof(bool):
                return Infix(sqlBinaryExpression, left, " XOR ", right);

            // Bit operations answer BIGINT UNSIGNED.
            case ExpressionType.And or ExpressionType.Or or ExpressionType.ExclusiveOr when left.Kind() is Operand.Integer:
                return sqlBinaryExpression.IsUnsigned()
                    ? base.VisitSqlBinary(sqlBinaryExpression)
                    : Wrap(sqlBinaryExpression, "CAST(", () => base.VisitSqlBinary(sqlBinaryExpression), " AS SIGNED)");

            case ExpressionType.Divide when left.Kind() is Operand.Integer:
                return Infix(sqlBinaryExpression, Signed(sqlBinaryExpression, left), " DIV ", Signed(sqlBinaryExpression, right));

            case ExpressionType.Add or ExpressionType.Subtract or ExpressionType.Multiply or ExpressionType.Modulo when left.Kind() is Operand.Integer:
                return Infix(sqlBinaryExpression, Signed(sqlBinaryExpression, left), GetOperator(sqlBinaryExpression), Signed(sqlBinaryExpression, right));

            case ExpressionType.Add or ExpressionType.Subtract or ExpressionType.Multiply or ExpressionType.Modulo when Operands.IsNumber(left.Kind()):
            case ExpressionType.Divide when left.Kind() is Operand.Double:
            case ExpressionType.AndAlso or ExpressionType.OrElse:
                return base.VisitSqlBinary(sqlBinaryExpression);

            case ExpressionType.Equal or ExpressionType.NotEqual or ExpressionType.LessThan or ExpressionType.LessThanOrEqual
                or ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual:
                return Comparison(sqlBinaryExpression, Unwidened(left), Unwidened(right));

            default:
                throw Refused($"{sqlBinaryExpression.OperatorType} of {left.Kind()} and {right.Kind()}");
        }
    }

    protected override Expression VisitSqlUnary(SqlUnaryExpression sqlUnaryExpression)
    {
        var operand = sqlUnaryExpression.Operand;
        switch (sqlUnaryExpression.OperatorType)
        {
            case ExpressionType.Convert:
                return Cast(sqlUnaryExpression, operand, Operands.Unwrap(sqlUnaryExpression.Type));

            case ExpressionType.Negate:
                return Wrap(sqlUnaryExpression, "(-(", () => Visit(operand), "))");

            case ExpressionType.Not or ExpressionType.OnesComplement when Operands.Unwrap(sqlUnaryExpression.Type) != typeof(bool):
                return Wrap(sqlUnaryExpression, "CAST(~(", () => Visit(operand), ") AS SIGNED)");

            default:
                return base.VisitSqlUnary(sqlUnaryExpression);
        }
    }

    protected override Expression VisitSqlFunction(SqlFunctionExpression sqlFunctionExpression)
    {
        if (sqlFunctionExpression is { IsBuiltIn: true, Name: Utf16Length, Arguments: [var text] })
        {
            return Wrap(sqlFunctionExpression, "(LENGTH(CONVERT(", () => Visit(text), " USING utf16)) DIV 2)");
        }

        return sqlFunctionExpression.IsBuiltIn ? base.VisitSqlFunction(sqlFunctionExpression) : throw Refused("a function of the database");
    }

    // The driver writes values into the statement as text, where a double looks like a DECIMAL and an instant like a string.
    protected override Expression VisitSqlParameter(SqlParameterExpression sqlParameterExpression) => sqlParameterExpression.Kind() switch
    {
        Operand.Double => Wrap(sqlParameterExpression, "(", () => base.VisitSqlParameter(sqlParameterExpression), " + 0E0)"),
        Operand.DateTime => Wrap(sqlParameterExpression, "CAST(", () => base.VisitSqlParameter(sqlParameterExpression), " AS DATETIME(6))"),
        Operand.Date => Wrap(sqlParameterExpression, "CAST(", () => base.VisitSqlParameter(sqlParameterExpression), " AS DATE)"),
        _ => base.VisitSqlParameter(sqlParameterExpression),
    };

    protected override Expression VisitOrdering(OrderingExpression orderingExpression)
    {
        var expression = orderingExpression.Expression;
        var kind = expression.Kind();
        if (!Operands.IsOrdered(kind) && !IsKeyLike(expression, kind))
        {
            throw Refused($"ORDER BY a value stored as {kind}, whose order on the server is not its order in .NET");
        }

        return base.VisitOrdering(orderingExpression);
    }

    protected override void GenerateIn(InExpression inExpression, bool negated)
    {
        var values = inExpression.Values ?? inExpression.Subquery!.Projection.Select(p => p.Expression).ToArray();
        foreach (var value in values)
        {
            ThrowIfRefused(ExpressionType.Equal, inExpression.Item, value);
        }

        if (inExpression.Subquery is { Limit: not null } or { Offset: not null })
        {
            throw Refused("Contains over a query with Take or Skip");
        }

        if (inExpression.Item is ColumnExpression or SqlConstantExpression or SqlParameterExpression or SqlFunctionExpression)
        {
            base.GenerateIn(inExpression, negated);
            return;
        }

        throw Refused("Contains of a computed value");
    }

    protected override Expression VisitDelete(DeleteExpression deleteExpression)
    {
        var select = deleteExpression.SelectExpression;
        if (select is not { Tables: [var table], GroupBy: [], Having: null, Projection: [], Orderings: [], Offset: null, Limit: null }
            || !table.Equals(deleteExpression.Table))
        {
            throw Refused("ExecuteDelete over more than a filter on one table");
        }

        // MariaDB takes an alias in this form only.
        Sql.Append("DELETE ").Append(Dependencies.SqlGenerationHelper.DelimitIdentifier(deleteExpression.Table.Alias)).AppendLine().Append("FROM ");
        Visit(deleteExpression.Table);
        if (select.Predicate is not null)
        {
            Sql.AppendLine().Append("WHERE ");
            Visit(select.Predicate);
        }

        return deleteExpression;
    }

    protected override Expression VisitUpdate(UpdateExpression updateExpression)
    {
        if (updateExpression.SelectExpression.Tables.Count != 1)
        {
            throw Refused("ExecuteUpdate over more than a filter on one table");
        }

        // The server assigns from left to right and reads columns that it has assigned before.
        var assigned = new AssignedColumns(updateExpression.Table.Alias);
        foreach (var setter in updateExpression.ColumnValueSetters)
        {
            assigned.Visit(setter.Value);
            if (assigned.Found is { } name)
            {
                throw Refused($"ExecuteUpdate that reads column '{name}' after assigning it");
            }

            assigned.Names.Add(setter.Column.Name);
        }

        return base.VisitUpdate(updateExpression);
    }

    protected override Expression VisitCrossApply(CrossApplyExpression crossApplyExpression) => throw NeedsLateral();

    protected override Expression VisitOuterApply(OuterApplyExpression outerApplyExpression) => throw NeedsLateral();

    protected override void GenerateSetOperation(SetOperationBase setOperation) => throw Refused("Union, Concat, Except and Intersect");

    protected override Expression VisitUnion(UnionExpression unionExpression) => throw Refused("Union and Concat");

    protected override Expression VisitExcept(ExceptExpression exceptExpression) => throw Refused("Except");

    protected override Expression VisitIntersect(IntersectExpression intersectExpression) => throw Refused("Intersect");

    protected override void GenerateValues(ValuesExpression valuesExpression) => throw Refused("a query over a list of values; only list.Contains is");

    protected override Expression VisitValues(ValuesExpression valuesExpression) => throw Refused("a query over a list of values; only list.Contains is");

    protected override Expression VisitTableValuedFunction(TableValuedFunctionExpression tableValuedFunctionExpression) => throw Refused("a table function");

    protected override Expression VisitCollate(CollateExpression collateExpression) => throw Refused("EF.Functions.Collate");

    protected override Expression VisitAtTimeZone(AtTimeZoneExpression atTimeZoneExpression) => throw Refused("a time zone conversion");

    // EF puts none around these, and MySQL reads `a = b IN (…)` as `(a = b) IN (…)` and `NOT (a) = b` as `NOT (a = b)`.
    protected override bool RequiresParentheses(SqlExpression outerExpression, SqlExpression innerExpression) =>
        outerExpression is not SqlUnaryExpression { OperatorType: ExpressionType.Convert }
        && (innerExpression is InExpression or ExistsExpression or LikeExpression
                or SqlUnaryExpression { OperatorType: ExpressionType.Not or ExpressionType.Equal or ExpressionType.NotEqual }
            ? outerExpression is not SqlBinaryExpression { OperatorType: ExpressionType.AndAlso or ExpressionType.OrElse }
            : base.RequiresParentheses(outerExpression, innerExpression));

    private static NotSupportedException Refused(string what) => new($"The MySQL provider does not translate {what}. Write this query as SQL.");

    private static NotSupportedException NeedsLateral() =>
        Refused("a correlated subquery in FROM: it needs LATERAL, which MariaDB does not have. Load the two sides apart");

    private static void ThrowIfRefused(ExpressionType comparison, SqlExpression left, SqlExpression right)
    {
        if (Operands.ComparisonRefusal(comparison, left, right) is { } reason)
        {
            throw Refused("this comparison: " + reason);
        }
    }

    // Include orders by keys, only to bring equal ones together; a key type of one's own over a number or a Guid does that, and keeps their order.
    private static bool IsKeyLike(SqlExpression expression, Operand kind) =>
        kind is Operand.Converted && expression.TypeMapping?.Converter?.ProviderClrType is { } stored
        && (stored == typeof(Guid) || Type.GetTypeCode(Operands.Unwrap(stored)) is >= TypeCode.SByte and <= TypeCode.UInt64);

    // Mixed signs are compared rightly by the server, and a bare column can use its index.
    private static SqlExpression Unwidened(SqlExpression expression) =>
        expression is SqlUnaryExpression { OperatorType: ExpressionType.Convert, Operand: var operand }
            && expression.Kind() is Operand.Integer && operand.Kind() is Operand.Integer
            ? Unwidened(operand)
            : expression;

    // A signed result of an unsigned operand: the server would compute unsigned and fail below zero.
    private static SqlExpression Signed(SqlBinaryExpression operation, SqlExpression operand) =>
        !operation.IsUnsigned() && operand is not SqlConstantExpression && operand.IsUnsigned()
            ? new SqlUnaryExpression(ExpressionType.Convert, operand, operation.Type, operation.TypeMapping)
            : operand;

    private SqlExpression Comparison(SqlBinaryExpression comparison, SqlExpression left, SqlExpression right)
    {
        ThrowIfRefused(comparison.OperatorType, left, right);
        // '' equals '   ' where the collation pads.
        if (comparison.OperatorType is ExpressionType.Equal or ExpressionType.NotEqual && (IsEmpty(left) || IsEmpty(right)))
        {
            return Wrap(comparison, "LENGTH(", () => Visit(IsEmpty(left) ? right : left), comparison.OperatorType is ExpressionType.Equal ? ") = 0" : ") <> 0");
        }

        return Infix(comparison, left, GetOperator(comparison), right);

        static bool IsEmpty(SqlExpression expression) => expression is SqlConstantExpression { Value: "" };
    }

    private Expression Cast(SqlUnaryExpression cast, SqlExpression operand, Type target)
    {
        var kind = operand.Kind();
        if (target == typeof(string) && kind is Operand.Integer)
        {
            return Wrap(cast, "CAST(", () => Visit(operand), " AS CHAR)");
        }

        if (kind is not Operand.Integer)
        {
            throw Refused($"a cast from {operand.Type.Name} to {target.Name}");
        }

        return target == typeof(double) ? Wrap(cast, "((", () => Visit(operand), ") + 0E0)")
            : target == typeof(decimal) ? Wrap(cast, "CAST(", () => Visit(operand), " AS DECIMAL(20,0))")
            : operand.IsUnsigned() && !cast.IsUnsigned() ? Wrap(cast, "CAST(", () => Visit(operand), " AS SIGNED)")
            : Visit(operand);
    }

    private SqlBinaryExpression Infix(SqlBinaryExpression whole, SqlExpression left, string operation, SqlExpression right)
    {
        Part(left);
        Sql.Append(operation);
        Part(right);
        return whole;

        void Part(SqlExpression part)
        {
            if (RequiresParentheses(whole, part))
            {
                Wrap(part, "(", () => Visit(part), ")");
            }
            else
            {
                Visit(part);
            }
        }
    }

    private SqlExpression Call(string function, SqlExpression whole, params SqlExpression[] arguments)
    {
        Sql.Append(function).Append("(");
        for (var i = 0; i < arguments.Length; i++)
        {
            Sql.Append(i > 0 ? ", " : "");
            Visit(arguments[i]);
        }

        Sql.Append(")");
        return whole;
    }

    private SqlExpression Wrap(SqlExpression whole, string before, Action write, string after)
    {
        Sql.Append(before);
        write();
        Sql.Append(after);
        return whole;
    }

    private sealed class AssignedColumns(string alias) : ExpressionVisitor
    {
        public HashSet<string> Names { get; } = [];

        public string? Found { get; private set; }

        protected override Expression VisitExtension(Expression node)
        {
            if (node is ColumnExpression column && column.TableAlias == alias && Names.Contains(column.Name))
            {
                Found = column.Name;
            }

            return base.VisitExtension(node);
        }
    }
}

internal sealed class MySqlQuerySqlGeneratorFactory(QuerySqlGeneratorDependencies dependencies) : IQuerySqlGeneratorFactory
{
    public QuerySqlGenerator Create() => new MySqlQuerySqlGenerator(dependencies);
}
