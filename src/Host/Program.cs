using ThemePark.Host;

await using var app = await ThemeParkHost.BuildServeAsync(args);
await app.RunAsync();
