using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;

namespace ThemePark.MySql.EntityFramework.Query;

/// <summary>The methods the provider claims; every other method is "not translated". EF's relational translators are left out on purpose.</summary>
internal sealed class MySqlMethodTranslator(ISqlExpressionFactory sql, IRelationalTypeMappingSource mappings) : IMethodCallTranslatorProvider
{
    private const char Escape = '!';

    public SqlExpression? Translate(
        IModel model, SqlExpression? instance, MethodInfo method, IReadOnlyList<SqlExpression> arguments, IDiagnosticsLogger<DbLoggerCategory.Query> logger) =>
        instance is null ? Static(method, arguments) : Instance(instance, method, [.. arguments.Select(Texted)]);

    private SqlExpression? Static(MethodInfo method, IReadOnlyList<SqlExpression> arguments) => (method.DeclaringType, method.Name, arguments) switch
    {
        ({ } type, nameof(string.IsNullOrEmpty), [var text]) when type == typeof(string) => sql.OrElse(sql.IsNull(text), sql.Equal(text, sql.Constant(""))),
        ({ } type, nameof(string.Equals), [var left, var right, var comparison]) when type == typeof(string) && IsOrdinal(comparison) => Equal(left, right),
        (_, nameof(Equals), [var left, var right]) => Equal(left, right),
        ({ } type, nameof(Math.Abs), [var number]) when type == typeof(Math) && Operands.IsNumber(number.Kind()) => SameKind("ABS", number),
        // Not of doubles: FLOOR(1E300) is 1E17 on MariaDB.
        ({ } type, nameof(Math.Floor), [var number]) when type == typeof(Math) && number.Kind() is Operand.Decimal => SameKind("FLOOR", number),
        ({ } type, nameof(Math.Ceiling), [var number]) when type == typeof(Math) && number.Kind() is Operand.Decimal => SameKind("CEILING", number),
        ({ } type, nameof(Math.Round), _) when type == typeof(Math) => Round(arguments),
        ({ } type, nameof(DateOnly.FromDateTime), [var instant]) when type == typeof(DateOnly) =>
            Function("DATE", [instant], typeof(DateOnly), mappings.FindMapping(typeof(DateOnly))),
        _ => null,
    };

    private SqlExpression? Instance(SqlExpression instance, MethodInfo method, IReadOnlyList<SqlExpression> arguments)
    {
        var type = Operands.Unwrap(instance.Type);
        return (method.Name, arguments) switch
        {
            (nameof(Equals), [var other]) => Equal(instance, other),
            (nameof(string.Equals), [var other, var comparison]) when IsOrdinal(comparison) => Equal(instance, other),
            (nameof(string.StartsWith), _) when IsText(instance, arguments) => Like(instance, arguments[0], before: false, after: true),
            (nameof(string.EndsWith), _) when IsText(instance, arguments) => Like(instance, arguments[0], before: true, after: false),
            (nameof(string.Contains), _) when IsText(instance, arguments) => Like(instance, arguments[0], before: true, after: true),
            (nameof(ToString), []) => ToText(instance),
            (nameof(Nullable<>.GetValueOrDefault), []) => sql.Coalesce(instance, sql.Constant(Activator.CreateInstance(type), type, instance.TypeMapping)),
            (nameof(DateTime.AddMonths), [var months]) when Dated(type) => Add("MONTH", months, instance),
            (nameof(DateTime.AddYears), [var years]) when Dated(type) => Add("YEAR", years, instance),
            (nameof(DateOnly.AddDays), [var days]) when type == typeof(DateOnly) => Add("DAY", days, instance),
            (nameof(DateTime.AddDays), [var days]) when type == typeof(DateTime) => AddTicks(days, TimeSpan.TicksPerDay, instance),
            (nameof(DateTime.AddHours), [var hours]) when type == typeof(DateTime) => AddTicks(hours, TimeSpan.TicksPerHour, instance),
            (nameof(DateTime.AddMinutes), [var minutes]) when type == typeof(DateTime) => AddTicks(minutes, TimeSpan.TicksPerMinute, instance),
            (nameof(DateTime.AddSeconds), [var seconds]) when type == typeof(DateTime) => AddTicks(seconds, TimeSpan.TicksPerSecond, instance),
            (nameof(DateTime.AddMilliseconds), [var ms]) when type == typeof(DateTime) => AddTicks(ms, TimeSpan.TicksPerMillisecond, instance),
            _ => null,
        };
    }

    // text.Contains('x') is text.Contains("x").
    private SqlExpression Texted(SqlExpression argument) => argument is SqlConstantExpression { Value: char c } ? sql.Constant(c.ToString()) : argument;

    private static bool IsText(SqlExpression instance, IReadOnlyList<SqlExpression> arguments) =>
        instance.Kind() is Operand.Text && arguments[0].Kind() is Operand.Text
        && (arguments.Count == 1 || (arguments.Count == 2 && IsOrdinal(arguments[1])));

    // The collation decides; under the schema's binary one that is ordinal.
    private static bool IsOrdinal(SqlExpression comparison) => comparison is SqlConstantExpression { Value: StringComparison.Ordinal };

    private static bool Dated(Type type) => type == typeof(DateTime) || type == typeof(DateOnly);

    private SqlBinaryExpression? Equal(SqlExpression left, SqlExpression right)
    {
        // A boxed value takes the type of the column it is compared with: Find asks that way.
        if (Operands.Unwrap(left.Type) != Operands.Unwrap(right.Type) && !IsBoxed(left) && !IsBoxed(right))
        {
            return null;
        }

        var equal = (SqlBinaryExpression)sql.Equal(left, right);
        return Operands.ComparisonRefusal(equal.OperatorType, equal.Left, equal.Right) is null ? equal : null;

        static bool IsBoxed(SqlExpression value) => value.Type == typeof(object) && value is (SqlParameterExpression or SqlConstantExpression) and { TypeMapping: null };
    }

    // LIKE and not LEFT(…) = …: the former does not pad, finds no null equal to a null, and can use an index. ! and not \ escapes: it means the same in
    // every sql_mode.
    private SqlExpression Like(SqlExpression text, SqlExpression part, bool before, bool after)
    {
        var mapping = text.TypeMapping ?? part.TypeMapping ?? mappings.FindMapping(typeof(string))!;
        var plain = mappings.FindMapping(typeof(string))!;
        text = sql.ApplyTypeMapping(text, mapping);
        SqlExpression pattern;
        if (part is SqlConstantExpression { Value: string constant })
        {
            var escaped = string.Concat(constant.Select(c => c is '%' or '_' or Escape ? $"{Escape}{c}" : c.ToString()));
            pattern = sql.Constant((before ? "%" : "") + escaped + (after ? "%" : ""), plain);
        }
        else
        {
            pattern = sql.ApplyTypeMapping(part, plain);
            foreach (var special in new[] { Escape, '%', '_' })
            {
                pattern = Function("REPLACE", [pattern, Text(special.ToString()), Text($"{Escape}{special}")], typeof(string), plain);
            }

            SqlExpression[] parts = [.. before ? [Text("%")] : Array.Empty<SqlExpression>(), pattern, .. after ? [Text("%")] : Array.Empty<SqlExpression>()];
            pattern = Function("CONCAT", parts, typeof(string), plain);
        }

        return sql.Like(text, pattern, Text(Escape.ToString()));

        SqlExpression Text(string value) => sql.Constant(value, plain);
    }

    private SqlExpression? ToText(SqlExpression value)
    {
        if (value.Type == typeof(string))
        {
            return value.Kind() is Operand.Text ? value : null;
        }

        if (Operands.Unwrap(value.Type).IsEnum || value.Kind() is not Operand.Integer)
        {
            return null;
        }

        // A null's text is empty, not null.
        return sql.Coalesce(sql.Convert(sql.ApplyDefaultTypeMapping(value), typeof(string), mappings.FindMapping(typeof(string))), sql.Constant(""));
    }

    // ROUND takes .5 away from zero and .NET takes it to the even neighbour, so only a call that asks for the former is claimed, and only for decimal: the
    // server rounds doubles in a way of its own.
    private SqlExpression? Round(IReadOnlyList<SqlExpression> arguments) => arguments switch
    {
        [var number, SqlConstantExpression { Value: MidpointRounding.AwayFromZero }] when number.Kind() is Operand.Decimal =>
            Function("ROUND", [number, sql.Constant(0)], number.Type, mappings.FindMapping(typeof(decimal))),
        [var number, SqlConstantExpression { Value: int digits }, SqlConstantExpression { Value: MidpointRounding.AwayFromZero }]
            when number.Kind() is Operand.Decimal =>
            Function("ROUND", [number, sql.Constant(digits)], number.Type, mappings.FindMapping(typeof(decimal))),
        _ => null,
    };

    private SqlExpression SameKind(string function, SqlExpression number) =>
        Function(function, [number], number.Type, mappings.FindMapping(Operands.Unwrap(number.Type)));

    private SqlExpression? AddTicks(SqlExpression amount, long ticks, SqlExpression instant)
    {
        if (amount.Kind() is not Operand.Double)
        {
            return null;
        }

        // Whole microseconds: an interval in days would be rounded to days.
        var microseconds = sql.Multiply(sql.ApplyDefaultTypeMapping(amount), sql.Constant((double)(ticks / TimeSpan.TicksPerMicrosecond)));
        return Add("MICROSECOND", Function("ROUND", [microseconds], typeof(double), mappings.FindMapping(typeof(double))), instant);
    }

    private SqlExpression Add(string unit, SqlExpression amount, SqlExpression instant) =>
        sql.Function(
            "TIMESTAMPADD",
            [sql.Fragment(unit), sql.ApplyDefaultTypeMapping(amount), sql.ApplyDefaultTypeMapping(instant)],
            nullable: true,
            [false, true, true],
            instant.Type,
            instant.TypeMapping ?? mappings.FindMapping(Operands.Unwrap(instant.Type)));

    private SqlExpression Function(string name, SqlExpression[] arguments, Type type, RelationalTypeMapping? mapping) =>
        sql.Function(name, arguments, nullable: true, Enumerable.Repeat(true, arguments.Length), type, mapping);
}

/// <summary>The properties the provider claims: parts of dates, and the length of a string in UTF-16 units.</summary>
internal sealed class MySqlMemberTranslator(ISqlExpressionFactory sql, IRelationalTypeMappingSource mappings) : IMemberTranslatorProvider
{
    public SqlExpression? Translate(
        SqlExpression? instance, MemberInfo member, Type returnType, IDiagnosticsLogger<DbLoggerCategory.Query> logger) =>
        instance is null ? null : (instance.Kind(), member.Name) switch
        {
            (Operand.Text, nameof(string.Length)) => Part(MySqlQuerySqlGenerator.Utf16Length, instance),
            (Operand.DateTime or Operand.Date, nameof(DateTime.Year)) => Part("YEAR", instance),
            (Operand.DateTime or Operand.Date, nameof(DateTime.Month)) => Part("MONTH", instance),
            (Operand.DateTime or Operand.Date, nameof(DateTime.Day)) => Part("DAYOFMONTH", instance),
            (Operand.DateTime or Operand.Date, nameof(DateTime.DayOfYear)) => Part("DAYOFYEAR", instance),
            // Sunday is 1 there and 0 here.
            (Operand.DateTime or Operand.Date, nameof(DateTime.DayOfWeek)) =>
                sql.Convert(sql.Subtract(Part("DAYOFWEEK", instance), sql.Constant(1)), typeof(DayOfWeek), mappings.FindMapping(typeof(DayOfWeek))),
            (Operand.DateTime, nameof(DateTime.Hour)) => Part("HOUR", instance),
            (Operand.DateTime, nameof(DateTime.Minute)) => Part("MINUTE", instance),
            (Operand.DateTime, nameof(DateTime.Second)) => Part("SECOND", instance),
            (Operand.DateTime, nameof(DateTime.Millisecond)) => sql.Divide(Part("MICROSECOND", instance), sql.Constant(1000)),
            (Operand.DateTime, nameof(DateTime.Date)) =>
                sql.Function("DATE", [sql.ApplyDefaultTypeMapping(instance)], nullable: true, [true], returnType, instance.TypeMapping),
            _ => null,
        };

    private SqlExpression Part(string function, SqlExpression instance) =>
        sql.Function(function, [sql.ApplyDefaultTypeMapping(instance)], nullable: true, [true], typeof(int), mappings.FindMapping(typeof(int)));
}

/// <summary>Count, Sum, Min, Max and Average, where the server's answer is .NET's.</summary>
internal sealed class MySqlAggregateTranslator(RelationalAggregateMethodCallTranslatorProviderDependencies dependencies)
    : RelationalAggregateMethodCallTranslatorProvider(dependencies)
{
    public override SqlExpression? Translate(
        IModel model, MethodInfo method, EnumerableExpression source, IReadOnlyList<SqlExpression> arguments, IDiagnosticsLogger<DbLoggerCategory.Query> logger)
    {
        var kind = (source.Selector as SqlExpression)?.Kind() ?? Operand.Unknown;
        return method.Name switch
        {
            nameof(Queryable.Count) or nameof(Queryable.LongCount) => base.Translate(model, method, source, arguments, logger),
            nameof(Queryable.Sum) when Operands.IsNumber(kind) => base.Translate(model, method, source, arguments, logger),
            nameof(Queryable.Average) when kind is Operand.Integer or Operand.Double => base.Translate(model, method, source, arguments, logger),
            nameof(Queryable.Min) or nameof(Queryable.Max) when Operands.IsOrdered(kind) => base.Translate(model, method, source, arguments, logger),
            _ => throw new InvalidOperationException(
                $"{method.Name} over values stored as {kind} is not translated to MySQL: the server's answer is not .NET's "
                + "(a name's order is not the enum's, an average of decimals keeps four more digits only)."),
        };
    }
}
