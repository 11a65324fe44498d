using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// The configuration this process runs with, and where each value comes from. A value is shown only when it cannot hold a secret or its owner says that it does not;
/// of any other, keys nobody knows included, only whether it is set.
/// </summary>
internal static class ListSettings
{
    internal sealed record Query : IRequest<Outcome<Page<Setting>>>;

    /// <param name="Key">With colons; in the environment <c>__</c> stands for each.</param>
    /// <param name="Value">What is in force; null when it is not set or not shown.</param>
    /// <param name="IsSet">Whether there is a value.</param>
    /// <param name="IsHidden">The value is not shown.</param>
    /// <param name="Default">What is in force when nobody says anything; null: nothing.</param>
    /// <param name="Source">DEFAULT, FILE, ENVIRONMENT, COMMAND_LINE or PROGRAM (set by the process itself); OTHER for any other provider.</param>
    /// <param name="SourceName">Which file, or which other key.</param>
    /// <param name="IsKnown">False: the section has no such setting; mistyped, or of another version.</param>
    /// <param name="Problem">Why the settings of a section are not in force; its key is the section's then.</param>
    internal sealed record Setting(
        string Key, string? Value, bool IsSet, bool IsHidden, string? Default, string? Unit, string Source, string? SourceName, bool IsKnown, string? Problem = null);

    internal sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapAdmin("/settings", "Operations")
            .MapGet("", Handle)
            .WithName(nameof(ListSettings))
            .WithSummary("The settings in force on this node, with default, unit and source; of secrets only whether they are set.")
            .Produces<Page<Setting>>();

        private static async Task<IResult> Handle(IMediator mediator, CancellationToken cancellationToken) =>
            (await mediator.Send(new Query(), cancellationToken)).ToHttp();
    }

    internal sealed class Handler(IConfiguration configuration, IEnumerable<ISettingsSection> sections, IServiceProvider services, TimeProvider time)
        : IRequestHandler<Query, Outcome<Page<Setting>>>
    {
        private readonly IReadOnlyList<IConfigurationProvider> _providers = configuration is IConfigurationRoot root ? [.. root.Providers.Reverse()] : [];

        public Task<Outcome<Page<Setting>>> Handle(Query request, CancellationToken cancellationToken)
        {
            List<Setting> all = [];
            List<string> roots = [];
            foreach (var section in sections)
            {
                try
                {
                    all.AddRange(section.Read(services).Select(Known));
                    roots.AddRange(section.Root is { } root ? [root] : []);
                }
                catch (Exception e) when (e is InvalidOperationException or OptionsValidationException)
                {
                    // Its owner refuses what is configured, in words that name settings and never values of secrets.
                    all.Add(new Setting(section.Root ?? "", null, true, true, null, null, "OTHER", null, true, e.Message));
                }
            }

            var names = all.Select(k => k.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var strange = roots
                .SelectMany(r => configuration.GetSection(r).AsEnumerable())
                .Where(pair => pair.Value is not null && !names.Contains(pair.Key))
                .Select(pair => pair.Key)
                .Distinct(StringComparer.OrdinalIgnoreCase);
            all = [.. all.Concat(strange.Select(Strange)).OrderBy(s => s.Key, StringComparer.OrdinalIgnoreCase)];
            return Task.FromResult<Outcome<Page<Setting>>>(new Page<Setting>(all, new PageMetadata(all.Count, all.Count, time.GetUtcNow().UtcDateTime)));
        }

        private Setting Known(EffectiveSetting setting)
        {
            var (source, name) = SourceOf(setting.Path, null) ?? (setting.Alias is { } alias ? SourceOf(alias, alias) : null) ?? ("DEFAULT", null);
            return new Setting(
                setting.Path,
                setting.Shown ? setting.Value : null,
                setting.Value is not null,
                !setting.Shown,
                setting.Default,
                SettingText.UnitOf(setting.Path, setting.Type),
                source,
                name,
                true);
        }

        private Setting Strange(string key)
        {
            var (source, name) = SourceOf(key, null) ?? ("OTHER", null);
            return new Setting(key, null, true, true, null, null, source, name, false);
        }

        // The last provider that has a key wins. An empty value is how a compose file leaves something unset.
        private (string Source, string? Name)? SourceOf(string key, string? name)
        {
            var provider = _providers.FirstOrDefault(p => p.TryGet(key, out var value) && !string.IsNullOrWhiteSpace(value));
            return provider switch
            {
                null => null,
                FileConfigurationProvider file => ("FILE", name ?? file.Source.Path),
                EnvironmentVariablesConfigurationProvider => ("ENVIRONMENT", name),
                CommandLineConfigurationProvider => ("COMMAND_LINE", name),
                MemoryConfigurationProvider => ("PROGRAM", name),
                _ => ("OTHER", name),
            };
        }
    }
}
