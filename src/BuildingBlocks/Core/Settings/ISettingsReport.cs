using System.Text.Json;
using MediatR;

namespace ThemePark.BuildingBlocks;

/// <summary>The settings in force, for a file that is kept.</summary>
public interface ISettingsReport
{
    /// <summary>As the API lists them: what is secret is hidden.</summary>
    Task<string> JsonAsync(CancellationToken cancellationToken);
}

internal sealed class SettingsReport(IMediator mediator) : ISettingsReport
{
    public async Task<string> JsonAsync(CancellationToken cancellationToken) =>
        JsonSerializer.Serialize((await mediator.Send(new ListSettings.Query(), cancellationToken)).Value.Data, ApiJson.Readable);
}
