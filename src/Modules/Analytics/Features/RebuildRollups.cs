using FluentValidation;
using MediatR;
using ThemePark.BuildingBlocks;
using ThemePark.Modules.Analytics.Rollups;

namespace ThemePark.Modules.Analytics.Features;

/// <summary>Computes figures again from the raw rows, all of them or those of some UTC days: by hand, and equal to what was there.</summary>
internal static class RebuildRollups
{
    internal sealed record Command(DateOnly? From = null, DateOnly? To = null) : IRequest<Outcome<Result>>;

    internal sealed record Result(int LedgerEntries, int Parks, int Days, long Snapshots, int ParksLeftToAnotherRun);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.To)
            .GreaterThanOrEqualTo(c => c.From)
            .When(c => c.From is not null && c.To is not null);
    }

    internal sealed class Handler(RollupRunner rollup, RollupStore store, IAuditLog audit) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            await audit.RecordAsync("rollup.rebuild", null, new { request.From, request.To }, null, cancellationToken);
            var forgotten = await store.ForgetAsync(null, request.From ?? new DateOnly(1000, 1, 1), request.To ?? DateOnly.MaxValue, cancellationToken);
            var result = await rollup.RunAsync(null, cancellationToken);
            return new Result(forgotten, result.Parks, result.Days, result.Snapshots, result.Waiting);
        }
    }
}
