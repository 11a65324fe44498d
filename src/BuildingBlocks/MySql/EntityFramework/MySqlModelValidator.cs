using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ThemePark.MySql.EntityFramework;

/// <summary>Refuses, when the model is built, what this provider could only get wrong later.</summary>
internal sealed class MySqlModelValidator(ModelValidatorDependencies dependencies, RelationalModelValidatorDependencies relationalDependencies)
    : RelationalModelValidator(dependencies, relationalDependencies)
{
    public override void Validate(IModel model, IDiagnosticsLogger<DbLoggerCategory.Model.Validation> logger)
    {
        // Before EF's own checks, whose messages on these points do not say what to do.
        foreach (var entity in model.GetEntityTypes())
        {
            var name = entity.DisplayName();
            if (entity.GetSchema() is { Length: > 0 } schema)
            {
                throw Refused($"'{name}' names the schema '{schema}'; MySQL has databases, not schemas");
            }

            if (entity.IsMappedToJson() || entity.GetComplexProperties().Any(p => p.ComplexType.IsMappedToJson()))
            {
                throw Refused($"'{name}' is mapped to a JSON column; store a string in a json column instead");
            }

            if (entity.GetInsertStoredProcedure() is not null || entity.GetUpdateStoredProcedure() is not null || entity.GetDeleteStoredProcedure() is not null)
            {
                throw Refused($"'{name}' is written by stored procedures");
            }

            foreach (var property in entity.GetFlattenedProperties())
            {
                Check(property, $"{name}.{property.Name}");
            }
        }

        base.Validate(model, logger);
    }

    private static void Check(IProperty property, string name)
    {
        if (property.ClrType == typeof(byte[]) && property.IsConcurrencyToken && property.ValueGenerated == ValueGenerated.OnAddOrUpdate)
        {
            throw Refused($"'{name}' is a rowversion, which MySQL does not have; use an int and IsConcurrencyToken");
        }

        var clrType = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        if (clrType == typeof(bool) && property.FindTypeMapping()?.Converter is not null)
        {
            throw Refused($"'{name}' is a bool with a value converter, which a WHERE would test as a number");
        }

        if (property.IsPrimitiveCollection)
        {
            throw Refused($"'{name}' is a collection of values; map a table, or a string in a json column");
        }
    }

    private static NotSupportedException Refused(string what) => new($"The MySQL provider does not support this model: {what}.");
}
