using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using ThemePark.BuildingBlocks;
using ThemePark.Testing;
using Xunit;

namespace ThemePark.UnitTests.Core;

public sealed class MediationTests
{
    [Fact]
    public async Task A_nested_internal_handler_is_found_and_named_after_its_slice()
    {
        var log = new LogLines();

        (await MediatorWith(log).Send(new Probes.WriteThing.Command("a", 1, null, null, null, null, null))).Succeeded.ShouldBeTrue();

        log.Lines.ShouldContain(l => l.Contains("WriteThing done in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_invalid_request_never_reaches_its_handler_and_its_content_never_the_log()
    {
        var log = new LogLines();

        var outcome = await MediatorWith(log).Send(new Probes.WriteThing.Command("a secret", 11, null, null, null, null, null));

        outcome.Failure!.Code.ShouldBe("VALIDATION_FAILED");
        outcome.Failure.Details!.Keys.Order().ShouldBe(["count_of_days", "name"]);
        Should.Throw<InvalidOperationException>(() => outcome.Value);
        log.Lines.ShouldContain(l => l.Contains("WriteThing refused with VALIDATION_FAILED", StringComparison.Ordinal));
        log.Lines.ShouldNotContain(l => l.Contains("a secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_invalid_request_without_an_outcome_throws()
    {
        var thrown = await Should.ThrowAsync<ValidationException>(() => MediatorWith(new LogLines()).Send(new Plain.Query(0)));

        thrown.Errors.ShouldHaveSingleItem().PropertyName.ShouldBe("page_count");
    }

    [Fact]
    public void Two_handlers_for_one_request_are_refused()
    {
        var services = new ServiceCollection();
        services.AddTransient<IRequestHandler<Plain.Query, int>, Rival<int>>();

        Should.Throw<InvalidOperationException>(() => services.AddMediator(typeof(MediationTests).Assembly))
            .Message.ShouldContain("Rival");
    }

    [Fact]
    public void Registering_an_assembly_twice_changes_nothing()
    {
        var services = new ServiceCollection().AddMediator(typeof(MediationTests).Assembly);
        var once = services.Count;

        services.AddMediator(typeof(MediationTests).Assembly).Count.ShouldBe(once);
    }

    [Fact]
    public void An_outcome_is_its_value_or_its_failure()
    {
        Outcome<int> value = 5;
        Outcome<int> failure = Failure.NotFound("RIDE_NOT_FOUND", "No ride 7.");

        value.Succeeded.ShouldBeTrue();
        value.Value.ShouldBe(5);
        failure.Succeeded.ShouldBeFalse();
        failure.Failure!.Status.ShouldBe(404);
        Outcome<IReadOnlyList<int>>.FromValue([1]).Value.ShouldBe([1]);
    }

    private static IMediator MediatorWith(LogLines log) =>
        new ServiceCollection()
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddMediator(typeof(MediationTests).Assembly)
            .BuildServiceProvider(validateScopes: true)
            .CreateScope().ServiceProvider
            .GetRequiredService<IMediator>();

    internal static class Plain
    {
        internal sealed record Query(int PageCount) : IRequest<int>;

        internal sealed class Validator : AbstractValidator<Query>
        {
            public Validator() => RuleFor(q => q.PageCount).GreaterThan(0);
        }

        internal sealed class Handler : IRequestHandler<Query, int>
        {
            public Task<int> Handle(Query request, CancellationToken cancellationToken) => Task.FromResult(request.PageCount);
        }
    }

    // Open, so that the scan passes it by.
    private sealed class Rival<T> : IRequestHandler<Plain.Query, int>
    {
        public Task<int> Handle(Plain.Query request, CancellationToken cancellationToken) => Task.FromResult(-1);
    }
}
