using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace ThemePark.MySql.EntityFramework.Query;

/// <summary>
/// Lets through the operators whose answer on the server is .NET's. The others are "not translated": in a filter that is an error with the reason in its
/// message, in the last Select they run in .NET on the columns.
/// </summary>
internal sealed class MySqlSqlTranslator(
    RelationalSqlTranslatingExpressionVisitorDependencies dependencies,
    QueryCompilationContext queryCompilationContext,
    QueryableMethodTranslatingExpressionVisitor queryableMethodTranslatingExpressionVisitor)
    : RelationalSqlTranslatingExpressionVisitor(dependencies, queryCompilationContext, queryableMethodTranslatingExpressionVisitor)
{
    protected override Expression VisitBinary(BinaryExpression binaryExpression)
    {
        if (Arithmetic(binaryExpression.NodeType) is { } operation && Operands.Unwrap(binaryExpression.Type) is var type && IsNumeric(type))
        {
            return VisitArithmetic(binaryExpression, operation, type);
        }

        var result = base.VisitBinary(binaryExpression);
        return result switch
        {
            SqlBinaryExpression { OperatorType: ExpressionType.Equal or ExpressionType.NotEqual or ExpressionType.LessThan or ExpressionType.LessThanOrEqual
                or ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual } comparison
                when Operands.ComparisonRefusal(comparison.OperatorType, comparison.Left, comparison.Right) is { } reason => Refuse(reason),
            SqlBinaryExpression { OperatorType: ExpressionType.Add, Type: var sum } when sum != typeof(string) => Refuse("only numbers and strings are added"),
            SqlBinaryExpression { OperatorType: ExpressionType.Subtract or ExpressionType.Multiply or ExpressionType.Divide or ExpressionType.Modulo } other =>
                Refuse($"{other.OperatorType} of {other.Left.Kind()} and {other.Right.Kind()}: dates in particular are not subtracted on the server"),
            SqlFunctionExpression { Name: "COALESCE", Arguments: { } choices } when Mixed(choices) => Refuse("?? joins values that are stored differently"),
            _ => result,
        };
    }

    protected override Expression VisitUnary(UnaryExpression unaryExpression)
    {
        var result = base.VisitUnary(unaryExpression);
        return result switch
        {
            SqlUnaryExpression { OperatorType: ExpressionType.Convert } cast when cast.Type != typeof(object) && !IsExact(cast.Operand, cast.Type) =>
                Refuse($"a cast from {cast.Operand.Type.Name} to {cast.Type.Name} rounds or wraps differently on the server"),
            SqlUnaryExpression { OperatorType: ExpressionType.Negate } negation
                when !Operands.IsNumber(negation.Kind()) || IsUnsignedNegation(result) =>
                Refuse("only signed numbers are negated"),
            SqlUnaryExpression { OperatorType: ExpressionType.Not or ExpressionType.OnesComplement } complement
                when Operands.Unwrap(complement.Type) is var type && type != typeof(bool) && type != typeof(int) && type != typeof(long) =>
                Refuse("~ is 64 bits wide on the server"),
            _ => result,
        };
    }

    protected override Expression VisitConditional(ConditionalExpression conditionalExpression)
    {
        var result = base.VisitConditional(conditionalExpression);
        return result is CaseExpression { WhenClauses: [{ Result: var ifTrue }], ElseResult: { } ifFalse } && Mixed([ifTrue, ifFalse])
            ? Refuse("the branches of ?: are stored differently")
            : result;
    }

    private static ExpressionType? Arithmetic(ExpressionType type) => type switch
    {
        ExpressionType.AddChecked => ExpressionType.Add,
        ExpressionType.SubtractChecked => ExpressionType.Subtract,
        ExpressionType.MultiplyChecked => ExpressionType.Multiply,
        ExpressionType.Add or ExpressionType.Subtract or ExpressionType.Multiply or ExpressionType.Divide or ExpressionType.Modulo
            or ExpressionType.And or ExpressionType.Or or ExpressionType.ExclusiveOr or ExpressionType.LeftShift or ExpressionType.RightShift => type,
        _ => null,
    };

    private static bool IsNumeric(Type type) =>
        type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong) || type == typeof(decimal) || type == typeof(double);

    private static bool IsUnsignedNegation(Expression expression) =>
        expression is SqlUnaryExpression { OperatorType: ExpressionType.Negate, Operand: var operand } && Operands.Unwrap(operand.Type) is var type
        && (type == typeof(uint) || type == typeof(ulong));

    private static bool Mixed(IEnumerable<SqlExpression> values) =>
        values.Where(v => v is not SqlConstantExpression { Value: null }).Select(v => v.Kind()).Distinct().Count() > 1;

    // Nothing is lost and nothing rounded: integers into wider integers, into decimal and into double. Enums stored as numbers are integers.
    private static bool IsExact(SqlExpression operand, Type target)
    {
        target = Operands.Unwrap(target);
        if (operand.Kind() is not Operand.Integer)
        {
            return false;
        }

        var source = Operands.Unwrap(operand.Type);
        source = source.IsEnum ? Enum.GetUnderlyingType(source) : source;
        target = target.IsEnum ? Enum.GetUnderlyingType(target) : target;
        return source == target || target == typeof(double) || target == typeof(decimal) || (IsIntegral(target) && Widens(source, target));
    }

    private static bool IsIntegral(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64;

    private static bool Widens(Type source, Type target)
    {
        var (from, to) = (Range(source), Range(target));
        return to.Least <= from.Least && from.Most <= to.Most;
    }

    private static (Int128 Least, Int128 Most) Range(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => (sbyte.MinValue, sbyte.MaxValue),
        TypeCode.Byte => (byte.MinValue, byte.MaxValue),
        TypeCode.Int16 => (short.MinValue, short.MaxValue),
        TypeCode.UInt16 => (ushort.MinValue, ushort.MaxValue),
        TypeCode.Int32 => (int.MinValue, int.MaxValue),
        TypeCode.UInt32 => (uint.MinValue, uint.MaxValue),
        TypeCode.Int64 => (long.MinValue, long.MaxValue),
        _ => (ulong.MinValue, ulong.MaxValue),
    };

    // EF's own path drops the casts that C# puts around small integers, and then computes in the small type; here the operands keep the type C# gave them.
    private Expression VisitArithmetic(BinaryExpression binary, ExpressionType operation, Type type)
    {
        if (Visit(binary.Left) is not SqlExpression left || Visit(binary.Right) is not SqlExpression right)
        {
            return QueryCompilationContext.NotTranslatedExpression;
        }

        var expected = type == typeof(decimal) ? Operand.Decimal : type == typeof(double) ? Operand.Double : Operand.Integer;
        if (left.Kind() != expected || right.Kind() != expected)
        {
            return Refuse($"{operation} of values stored as {left.Kind()} and {right.Kind()}");
        }

        if (operation is ExpressionType.LeftShift or ExpressionType.RightShift)
        {
            return Refuse("shifts are 64 bits wide on the server");
        }

        if (operation is ExpressionType.Divide && type == typeof(decimal))
        {
            return Refuse("the server keeps four more digits than the dividend, decimal keeps 28");
        }

        var mapping = (RelationalTypeMapping)Dependencies.TypeMappingSource.FindMapping(type, Dependencies.Model)!;
        return Dependencies.SqlExpressionFactory.MakeBinary(operation, left, right, mapping) ?? QueryCompilationContext.NotTranslatedExpression;
    }

    private Expression Refuse(string reason)
    {
        AddTranslationErrorDetails("Not translated to MySQL: " + reason + ".");
        return QueryCompilationContext.NotTranslatedExpression;
    }
}

internal sealed class MySqlSqlTranslatorFactory(RelationalSqlTranslatingExpressionVisitorDependencies dependencies)
    : IRelationalSqlTranslatingExpressionVisitorFactory
{
    public RelationalSqlTranslatingExpressionVisitor Create(
        QueryCompilationContext queryCompilationContext, QueryableMethodTranslatingExpressionVisitor queryableMethodTranslatingExpressionVisitor) =>
        new MySqlSqlTranslator(dependencies, queryCompilationContext, queryableMethodTranslatingExpressionVisitor);
}
