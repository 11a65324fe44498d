using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ThemePark.MySql.EntityFramework.Storage;

internal sealed class MySqlRelationalConnection(RelationalConnectionDependencies dependencies) : RelationalConnection(dependencies)
{
    protected override DbConnection CreateDbConnection() => SafeConnections.Create(GetValidatedConnectionString());
}

/// <summary>Backticks instead of quotes. A schema is an error, not a second database.</summary>
internal sealed class MySqlSqlGenerationHelper(RelationalSqlGenerationHelperDependencies dependencies) : RelationalSqlGenerationHelper(dependencies)
{
    public override string EscapeIdentifier(string identifier) => identifier.Replace("`", "``", StringComparison.Ordinal);

    public override void EscapeIdentifier(StringBuilder builder, string identifier) => builder.Append(EscapeIdentifier(identifier));

    public override string DelimitIdentifier(string identifier) => "`" + EscapeIdentifier(identifier) + "`";

    public override void DelimitIdentifier(StringBuilder builder, string identifier) => builder.Append(DelimitIdentifier(identifier));

    public override string DelimitIdentifier(string name, string? schema) =>
        string.IsNullOrEmpty(schema) ? DelimitIdentifier(name) : throw new NotSupportedException($"'{schema}.{name}': MySQL has databases, not schemas.");

    public override void DelimitIdentifier(StringBuilder builder, string name, string? schema) => builder.Append(DelimitIdentifier(name, schema));

    // The server takes a NUL for the end of the statement.
    public override string GenerateComment(string text) =>
        base.GenerateComment(string.Concat(text.Select(c => char.IsControl(c) && c is not ('\r' or '\n') ? ' ' : c)));
}

/// <summary>EF would store a DateTimeOffset, a TimeSpan or a float as something else, unasked. Only enums become numbers by themselves.</summary>
internal sealed class MySqlValueConverterSelector(ValueConverterSelectorDependencies dependencies) : ValueConverterSelector(dependencies)
{
    public override IEnumerable<ValueConverterInfo> Select(Type modelClrType, Type? providerClrType = null) =>
        providerClrType is not null || modelClrType.IsEnum ? base.Select(modelClrType, providerClrType) : [];
}

/// <summary>Tables come from the numbered SQL files: EF may look whether the database is there, and nothing else.</summary>
internal sealed class MySqlDatabaseCreator(RelationalDatabaseCreatorDependencies dependencies) : RelationalDatabaseCreator(dependencies)
{
    public override bool Exists()
    {
        Dependencies.Connection.Open(errorsExpected: true);
        Dependencies.Connection.Close();
        return true;
    }

    public override async Task<bool> ExistsAsync(CancellationToken cancellationToken = default)
    {
        await Dependencies.Connection.OpenAsync(cancellationToken, errorsExpected: true);
        await Dependencies.Connection.CloseAsync();
        return true;
    }

    public override bool HasTables() => throw Refused();

    public override void Create() => throw Refused();

    public override void Delete() => throw Refused();

    public override void CreateTables() => throw Refused();

    public override Task CreateTablesAsync(CancellationToken cancellationToken = default) => throw Refused();

    public override string GenerateCreateScript() => throw Refused();

    private static NotSupportedException Refused() => 
        new("EF does not create or drop anything here: the schema is made by the numbered SQL files in db/migrations.");
}

/// <summary>Repeats after errors that another try can cure; the classification is <c>MySqlErrors</c>'.</summary>
internal sealed class MySqlRetryingExecutionStrategy(ExecutionStrategyDependencies dependencies, int maxRetryCount, TimeSpan maxRetryDelay)
    : ExecutionStrategy(dependencies, maxRetryCount, maxRetryDelay)
{
    protected override bool ShouldRetryOn(Exception exception) => MySqlErrors.IsTransient(exception);
}
