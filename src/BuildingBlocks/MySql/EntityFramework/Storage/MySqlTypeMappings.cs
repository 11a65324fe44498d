using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.Json;

namespace ThemePark.MySql.EntityFramework.Storage;

/// <summary>
/// Integers but int, and their enums. Sums and products come back wider than the column, so they are read wide and narrowed with a check: too big is an error.
/// </summary>
internal sealed class MySqlIntegerTypeMapping : RelationalTypeMapping
{
    private static readonly MethodInfo GetInt64 = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetInt64))!;
    private static readonly MethodInfo GetDecimal = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetDecimal))!;

    public MySqlIntegerTypeMapping(string storeType, Type clrType, DbType dbType, JsonValueReaderWriter json)
        : base(storeType, clrType, dbType, jsonValueReaderWriter: json)
    {
    }

    private MySqlIntegerTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    private Type StoredType => Converter?.ProviderClrType ?? ClrType;

    public override MethodInfo GetDataReaderMethod() =>
        StoredType == typeof(ulong) ? GetDecimal : GetInt64;

    public override Expression CustomizeDataReaderExpression(Expression expression) =>
        expression.Type == StoredType ? expression : Expression.ConvertChecked(expression, StoredType);

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlIntegerTypeMapping(parameters);
}

internal sealed class MySqlDecimalTypeMapping : DecimalTypeMapping
{
    public MySqlDecimalTypeMapping(int precision, int scale)
        : base(new RelationalTypeMappingParameters(
            new CoreTypeMappingParameters(typeof(decimal), jsonValueReaderWriter: JsonDecimalReaderWriter.Instance),
            "decimal", StoreTypePostfix.PrecisionAndScale, System.Data.DbType.Decimal, precision: precision, scale: scale))
    {
    }

    private MySqlDecimalTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlDecimalTypeMapping(parameters);
}

/// <summary>A literal without exponent would be a DECIMAL and cut averages and products to a few digits.</summary>
internal sealed class MySqlDoubleTypeMapping : DoubleTypeMapping
{
    public MySqlDoubleTypeMapping() : base("double", System.Data.DbType.Double)
    {
    }

    private MySqlDoubleTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlDoubleTypeMapping(parameters);

    protected override void ConfigureParameter(DbParameter parameter)
    {
        if (parameter.Value is double value)
        {
            ThrowIfNotFinite(value);
        }
    }

    protected override string GenerateNonNullSqlLiteral(object value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        ThrowIfNotFinite(number);
        var literal = number.ToString("R", CultureInfo.InvariantCulture);
        return literal.Contains('E', StringComparison.Ordinal) ? literal : literal + "E0";
    }

    private static void ThrowIfNotFinite(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"MySQL has no number {value}."));
        }
    }
}

/// <summary>
/// Text. A literal of anything but plain characters is written as hexadecimal: no quote, backslash or parameter mark of a value is ever part of the
/// statement, whatever the server's sql_mode and the driver's own reading of the statement make of it.
/// </summary>
internal sealed class MySqlStringTypeMapping : StringTypeMapping
{
    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create(" !#$%&()*+,-./0123456789:;<=>ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~");

    // Unpaired surrogates are not characters; replacing them would make two different texts equal.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public MySqlStringTypeMapping(string storeType, int? size = null, bool fixedLength = false)
        : base(new RelationalTypeMappingParameters(
            new CoreTypeMappingParameters(typeof(string), jsonValueReaderWriter: JsonStringReaderWriter.Instance),
            storeType, StoreTypePostfix.None, fixedLength ? System.Data.DbType.StringFixedLength : System.Data.DbType.String,
            unicode: true, size, fixedLength))
    {
    }

    private MySqlStringTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    public static string Literal(string text) =>
        text.AsSpan().ContainsAnyExcept(Plain) ? "_utf8mb4 X'" + Convert.ToHexString(Utf8.GetBytes(text)) + "'" : "'" + text + "'";

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlStringTypeMapping(parameters);

    protected override string GenerateNonNullSqlLiteral(object value) => Literal((string)value);
}

/// <summary>Six digits of a second; <c>HasPrecision</c> says otherwise. The kind is the model's business (<c>UseUtcDateTimes</c>).</summary>
internal sealed class MySqlDateTimeTypeMapping : DateTimeTypeMapping
{
    public MySqlDateTimeTypeMapping(int precision)
        : base(new RelationalTypeMappingParameters(
            new CoreTypeMappingParameters(typeof(DateTime), jsonValueReaderWriter: JsonDateTimeReaderWriter.Instance),
            "datetime", StoreTypePostfix.Precision, System.Data.DbType.DateTime, precision: precision))
    {
    }

    private MySqlDateTimeTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    protected override string SqlLiteralFormatString => "TIMESTAMP '{0:yyyy-MM-dd HH\\:mm\\:ss.ffffff}'";

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlDateTimeTypeMapping(parameters);
}

/// <summary>The driver writes a <see cref="DateOnly"/> in the machine's culture, so it is handed a date it knows.</summary>
internal sealed class MySqlDateOnlyTypeMapping : DateOnlyTypeMapping
{
    public MySqlDateOnlyTypeMapping() : base("date", System.Data.DbType.Date)
    {
    }

    private MySqlDateOnlyTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlDateOnlyTypeMapping(parameters);

    protected override void ConfigureParameter(DbParameter parameter)
    {
        if (parameter.Value is DateOnly date)
        {
            parameter.Value = date.ToDateTime(TimeOnly.MinValue);
        }
    }
}

/// <summary>Lower-case text with hyphens, whose order is the order of <see cref="Guid"/>.</summary>
internal sealed class MySqlGuidTypeMapping : GuidTypeMapping
{
    public MySqlGuidTypeMapping() : base("char(36)", System.Data.DbType.StringFixedLength)
    {
    }

    private MySqlGuidTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlGuidTypeMapping(parameters);

    protected override void ConfigureParameter(DbParameter parameter)
    {
        if (parameter.Value is Guid id)
        {
            parameter.Value = id.ToString("D");
        }
    }
}

internal sealed class MySqlBytesTypeMapping : ByteArrayTypeMapping
{
    public MySqlBytesTypeMapping(string storeType, int? size = null) : base(storeType, System.Data.DbType.Binary, size)
    {
    }

    private MySqlBytesTypeMapping(RelationalTypeMappingParameters parameters) : base(parameters)
    {
    }

    protected override RelationalTypeMapping Clone(RelationalTypeMappingParameters parameters) => new MySqlBytesTypeMapping(parameters);

    protected override string GenerateNonNullSqlLiteral(object value) => "X'" + Convert.ToHexString((byte[])value) + "'";
}
