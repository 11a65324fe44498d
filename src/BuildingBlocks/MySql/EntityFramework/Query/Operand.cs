using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace ThemePark.MySql.EntityFramework.Query;

/// <summary>How the server sees a value. Two operands of different kinds are never compared: the server would convert one of them in silence.</summary>
internal enum Operand
{
    Unknown,
    Bool,
    Integer,
    Decimal,
    Double,
    Text,
    DateTime,
    Date,
    Guid,
    Bytes,
    Json,

    /// <summary>An enum stored by name: equal or not, but its order is not the enum's.</summary>
    EnumName,

    /// <summary>Stored through a value converter: equal or not, but neither order nor arithmetic carries over.</summary>
    Converted,
}

internal static class Operands
{
    public static Operand Kind(this SqlExpression expression) => Kind(expression.TypeMapping, expression.Type);

    public static bool IsUnsigned(this SqlExpression expression) =>
        expression.TypeMapping?.StoreType.Contains("unsigned", StringComparison.OrdinalIgnoreCase) == true
        || Unwrap(expression.Type) is { } type && (type == typeof(byte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong));

    public static Type Unwrap(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    /// <summary>Why the server's answer to this comparison could differ from .NET's; null if it cannot.</summary>
    public static string? ComparisonRefusal(ExpressionType comparison, SqlExpression left, SqlExpression right)
    {
        if (left is SqlConstantExpression { Value: null } || right is SqlConstantExpression { Value: null })
        {
            return null;
        }

        var (kind, other) = (left.Kind(), right.Kind());
        if (kind != other)
        {
            return $"a value stored as {kind} is compared with one stored as {other}";
        }

        if (kind is Operand.Json)
        {
            return "JSON columns are not compared: servers disagree on what makes two documents equal";
        }

        var equality = comparison is ExpressionType.Equal or ExpressionType.NotEqual;
        if (kind is Operand.Converted && left.TypeMapping!.Converter!.GetType() != right.TypeMapping!.Converter!.GetType())
        {
            return "the two sides are stored through different value converters";
        }

        return equality || IsOrdered(kind) ? null : $"values stored as {kind} have no order on the server that is theirs in .NET";
    }

    /// <summary>Whether ORDER BY, MIN, MAX and &lt; mean on the server what they mean in .NET.</summary>
    public static bool IsOrdered(Operand kind) => kind
        is Operand.Bool or Operand.Integer or Operand.Decimal or Operand.Double or Operand.Text or Operand.DateTime or Operand.Date or Operand.Guid;

    public static bool IsNumber(Operand kind) => kind is Operand.Integer or Operand.Decimal or Operand.Double;

    private static Operand Kind(RelationalTypeMapping? mapping, Type type)
    {
        if (mapping is null)
        {
            return OfClrType(Unwrap(type));
        }

        var clrType = Unwrap(mapping.ClrType);
        if (mapping.StoreTypeNameBase.Equals("json", StringComparison.OrdinalIgnoreCase))
        {
            return Operand.Json;
        }

        if (mapping.Converter is not { } converter)
        {
            return OfClrType(clrType);
        }

        var stored = OfClrType(Unwrap(converter.ProviderClrType));
        return clrType.IsEnum && stored is Operand.Integer ? Operand.Integer
            : clrType.IsEnum && stored is Operand.Text ? Operand.EnumName
            : clrType == typeof(DateTime) && stored is Operand.DateTime ? Operand.DateTime
            : Operand.Converted;
    }

    private static Operand OfClrType(Type type) => type switch
    {
        { IsEnum: true } => Operand.Integer,
        _ when type == typeof(string) => Operand.Text,
        _ when type == typeof(bool) => Operand.Bool,
        _ when type == typeof(decimal) => Operand.Decimal,
        _ when type == typeof(double) => Operand.Double,
        _ when type == typeof(DateTime) => Operand.DateTime,
        _ when type == typeof(DateOnly) => Operand.Date,
        _ when type == typeof(Guid) => Operand.Guid,
        _ when type == typeof(byte[]) => Operand.Bytes,
        _ when type == typeof(sbyte) || type == typeof(byte) || type == typeof(short) || type == typeof(ushort) || type == typeof(int) || type == typeof(uint)
            || type == typeof(long) || type == typeof(ulong) => Operand.Integer,
        _ => Operand.Unknown,
    };
}
