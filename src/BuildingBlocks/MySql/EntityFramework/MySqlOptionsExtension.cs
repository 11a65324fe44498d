using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace ThemePark.MySql.EntityFramework;

/// <summary>What <c>UseMySql</c> was told. Public only because EF's options builder needs to name it.</summary>
public sealed class MySqlOptionsExtension : RelationalOptionsExtension
{
    private DbContextOptionsExtensionInfo? _info;

    /// <summary>Options without a server; <c>UseMySql</c> adds it.</summary>
    public MySqlOptionsExtension()
    {
    }

    private MySqlOptionsExtension(MySqlOptionsExtension copyFrom) : base(copyFrom) => ServerVersion = copyFrom.ServerVersion;

    /// <summary>The server the SQL is written for.</summary>
    public ServerVersion? ServerVersion { get; private set; }

    /// <inheritdoc />
    public override DbContextOptionsExtensionInfo Info => _info ??= new ExtensionInfo(this);

    /// <inheritdoc />
    public override void ApplyServices(IServiceCollection services) => services.AddEntityFrameworkMySql(ServerVersion!);

    internal MySqlOptionsExtension WithServerVersion(ServerVersion serverVersion) => new(this) { ServerVersion = serverVersion };

    /// <inheritdoc />
    protected override RelationalOptionsExtension Clone() => new MySqlOptionsExtension(this);

    private sealed class ExtensionInfo(MySqlOptionsExtension extension) : RelationalExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => true;

        public override string LogFragment => string.Create(CultureInfo.InvariantCulture, $"{base.LogFragment}ServerVersion={Version} ");

        private ServerVersion? Version => ((MySqlOptionsExtension)Extension).ServerVersion;

        // The SQL depends on the server, and compiled queries are kept per service provider.
        public override int GetServiceProviderHashCode() => HashCode.Combine(base.GetServiceProviderHashCode(), Version);

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) =>
            other is ExtensionInfo info && base.ShouldUseSameServiceProvider(other) && Equals(info.Version, Version);

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo) => debugInfo["MySql:ServerVersion"] = Version?.ToString() ?? "";
    }
}
