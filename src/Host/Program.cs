using ThemePark.Host;

await using var app = ThemeParkHost.BuildServe(args);
await app.RunAsync();
