using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.EntityFrameworkCore.Update;
using Microsoft.Extensions.DependencyInjection;
using ThemePark.MySql.EntityFramework.Query;
using ThemePark.MySql.EntityFramework.Storage;
using ThemePark.MySql.EntityFramework.Update;

namespace ThemePark.MySql.EntityFramework;

internal static class MySqlServices
{
    /// <summary><paramref name="server"/> can be held by singletons: it is part of the key of the service provider.</summary>
    public static void AddEntityFrameworkMySql(this IServiceCollection services, ServerVersion server) =>
        new EntityFrameworkRelationalServicesBuilder(services)
            .TryAdd<LoggingDefinitions, MySqlLoggingDefinitions>()
            .TryAdd<IDatabaseProvider, DatabaseProvider<MySqlOptionsExtension>>()
            .TryAdd<IProviderConventionSetBuilder, MySqlConventionSetBuilder>()
            .TryAdd<IModelValidator, MySqlModelValidator>()
            .TryAdd<IRelationalTypeMappingSource, MySqlTypeMappingSource>()
            .TryAdd<IValueConverterSelector, MySqlValueConverterSelector>()
            .TryAdd<ISqlGenerationHelper, MySqlSqlGenerationHelper>()
            .TryAdd<IRelationalConnection, MySqlRelationalConnection>()
            .TryAdd<IRelationalDatabaseCreator, MySqlDatabaseCreator>()
            .TryAdd<IUpdateSqlGenerator>(p => new MySqlUpdateSqlGenerator(p.GetRequiredService<UpdateSqlGeneratorDependencies>(), server))
            .TryAdd<IModificationCommandBatchFactory, MySqlModificationCommandBatchFactory>()
            .TryAdd<IQuerySqlGeneratorFactory, MySqlQuerySqlGeneratorFactory>()
            .TryAdd<IQueryCompilationContextFactory, MySqlQueryCompilationContextFactory>()
            .TryAdd<IQueryableMethodTranslatingExpressionVisitorFactory, MySqlQueryTranslatorFactory>()
            .TryAdd<IRelationalSqlTranslatingExpressionVisitorFactory, MySqlSqlTranslatorFactory>()
            .TryAdd<IMethodCallTranslatorProvider, MySqlMethodTranslator>()
            .TryAdd<IMemberTranslatorProvider, MySqlMemberTranslator>()
            .TryAdd<IAggregateMethodCallTranslatorProvider, MySqlAggregateTranslator>()
            .TryAddCoreServices();

    private sealed class MySqlLoggingDefinitions : RelationalLoggingDefinitions;

    private sealed class MySqlConventionSetBuilder(
        ProviderConventionSetBuilderDependencies dependencies, RelationalConventionSetBuilderDependencies relationalDependencies)
        : RelationalConventionSetBuilder(dependencies, relationalDependencies);
}
