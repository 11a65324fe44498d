using Xunit;

namespace ThemePark.IntegrationTests.Console;

/// <summary>One scene for the pages of storage, rides and the calendar: they look at different parts of it.</summary>
[CollectionDefinition(Name)]
public sealed class DataScene : ICollectionFixture<ConsoleScene>
{
    public const string Name = "console data";
}
