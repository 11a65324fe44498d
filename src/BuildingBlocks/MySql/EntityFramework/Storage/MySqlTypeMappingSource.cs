using System.Collections.Frozen;
using System.Data;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.Json;

namespace ThemePark.MySql.EntityFramework.Storage;

/// <summary>
/// The types the provider claims. There is no float (the server sends six digits of it), no DateTimeOffset (the driver drops its fraction), no TimeSpan and no
/// TimeOnly: a property of such a type, or of a column type that does not fit, fails when the model is built.
/// </summary>
internal sealed class MySqlTypeMappingSource(TypeMappingSourceDependencies dependencies, RelationalTypeMappingSourceDependencies relationalDependencies)
    : RelationalTypeMappingSource(dependencies, relationalDependencies)
{
    private static readonly FrozenDictionary<Type, RelationalTypeMapping> Defaults = new RelationalTypeMapping[]
    {
        new MySqlIntegerTypeMapping("tinyint", typeof(sbyte), DbType.SByte, JsonSByteReaderWriter.Instance),
        new MySqlIntegerTypeMapping("tinyint unsigned", typeof(byte), DbType.Byte, JsonByteReaderWriter.Instance),
        new MySqlIntegerTypeMapping("smallint", typeof(short), DbType.Int16, JsonInt16ReaderWriter.Instance),
        new MySqlIntegerTypeMapping("smallint unsigned", typeof(ushort), DbType.UInt16, JsonUInt16ReaderWriter.Instance),
        // EF itself casts to this class.
        new IntTypeMapping("int", DbType.Int32),
        new MySqlIntegerTypeMapping("int unsigned", typeof(uint), DbType.UInt32, JsonUInt32ReaderWriter.Instance),
        new MySqlIntegerTypeMapping("bigint", typeof(long), DbType.Int64, JsonInt64ReaderWriter.Instance),
        new MySqlIntegerTypeMapping("bigint unsigned", typeof(ulong), DbType.UInt64, JsonUInt64ReaderWriter.Instance),
        new BoolTypeMapping("tinyint(1)", DbType.Boolean),
        new MySqlDecimalTypeMapping(65, 30),
        new MySqlDoubleTypeMapping(),
        new MySqlStringTypeMapping("longtext"),
        new MySqlDateTimeTypeMapping(6),
        new MySqlDateOnlyTypeMapping(),
        new MySqlGuidTypeMapping(),
        new MySqlBytesTypeMapping("longblob"),
    }.ToFrozenDictionary(m => m.ClrType);

    private static readonly FrozenSet<string> Integers = new[] { "tinyint", "smallint", "mediumint", "int", "integer", "bigint" }
        .SelectMany(n => new[] { n, n + " unsigned" }).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Texts =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json");

    private static readonly FrozenSet<string> Blobs =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");

    protected override RelationalTypeMapping? FindMapping(in RelationalTypeMappingInfo mappingInfo)
    {
        if (mappingInfo.ClrType is not { } clrType || !Defaults.TryGetValue(clrType, out var mapping))
        {
            return null;
        }

        return mappingInfo.StoreTypeNameBase is { } name ? Fits(mapping, name) ? Typed(mapping, mappingInfo) : null : Sized(mapping, mappingInfo);
    }

    private static bool Fits(RelationalTypeMapping mapping, string name)
    {
        return mapping switch
        {
            MySqlIntegerTypeMapping or IntTypeMapping => Integers.Contains(name),
            MySqlStringTypeMapping => Texts.Contains(name),
            MySqlBytesTypeMapping => Blobs.Contains(name),
            BoolTypeMapping => Is("tinyint") || Is("bool") || Is("boolean"),
            MySqlGuidTypeMapping => Is("char") || Is("varchar"),
            MySqlDateTimeTypeMapping => Is("datetime"),
            MySqlDateOnlyTypeMapping => Is("date"),
            MySqlDoubleTypeMapping => Is("double"),
            _ => Is("decimal") || Is("numeric"),
        };

        bool Is(string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
    }

    private static RelationalTypeMapping Typed(RelationalTypeMapping mapping, in RelationalTypeMappingInfo info) => mapping switch
    {
        MySqlDecimalTypeMapping => mapping.WithPrecisionAndScale(info.Precision ?? 10, info.Scale ?? 0),
        MySqlDateTimeTypeMapping => mapping.WithPrecisionAndScale(info.Precision ?? 0, null),
        _ => mapping.WithStoreTypeAndSize(info.StoreTypeName!, info.Size),
    };

    private static RelationalTypeMapping Sized(RelationalTypeMapping mapping, in RelationalTypeMappingInfo info) => mapping switch
    {
        MySqlStringTypeMapping when info.Size is { } size =>
            new MySqlStringTypeMapping(Sized(info.IsFixedLength == true ? "char" : "varchar", size), size, info.IsFixedLength == true),
        MySqlBytesTypeMapping when info.Size is { } size => new MySqlBytesTypeMapping(Sized(info.IsFixedLength == true ? "binary" : "varbinary", size), size),
        MySqlDecimalTypeMapping when info.Precision is { } precision => mapping.WithPrecisionAndScale(precision, info.Scale ?? 0),
        MySqlDateTimeTypeMapping when info.Precision is { } precision => mapping.WithPrecisionAndScale(precision, null),
        _ => mapping,
    };

    private static string Sized(string name, int size) => string.Create(CultureInfo.InvariantCulture, $"{name}({size})");
}
