using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ThemePark.Testing;

public static class Sending
{
    /// <summary>A command or query in a scope of its own, as a verb sends it.</summary>
    public static async Task<T> SendAsync<T>(this IServiceProvider services, IRequest<T> request)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
