using FluentValidation;
using MediatR;

namespace ThemePark.BuildingBlocks;

/// <summary>Every layer held against the next, and what is safe mended when asked.</summary>
internal static class RunDoctor
{
    private const int Shown = 100;

    internal sealed record Command(bool Fix = false, DateOnly? From = null, DateOnly? To = null, int Sample = 2000) : IRequest<Outcome<Result>>;

    /// <summary><c>found</c> = <c>fixed</c> + <c>remaining</c>.</summary>
    internal sealed record Result(bool Healthy, int Found, int Fixed, int Remaining, IReadOnlyList<Check> Checks);

    /// <summary><c>status</c> is OK, FIXED, AILING or UNKNOWN; unknown could not be checked, and <c>error</c> says why. The list has the first 100.</summary>
    internal sealed record Check(
        string Name, string Compares, string Status, long Checked, long Of, int Found, int Fixed, int Remaining, IReadOnlyList<Complaint> Ailments, string? Error);

    internal sealed record Complaint(string What, string Remedy, string Advice, bool IsFixed);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Sample).InclusiveBetween(1, 100_000_000);
            RuleFor(c => c.To).GreaterThanOrEqualTo(c => c.From).When(c => c.From is not null && c.To is not null);
        }
    }

    internal sealed class Handler(IEnumerable<ICheckup> checkups, IAuditLog audit, TimeProvider clock) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command request, CancellationToken cancellationToken)
        {
            var scope = new CheckupScope(request.From, request.To, request.Sample, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
            var checks = new List<Check>();
            foreach (var checkup in checkups.OrderBy(c => c.Layer))
            {
                checks.Add(await CheckAsync(checkup, scope, request.Fix, cancellationToken));
            }

            var (found, mended) = (checks.Sum(c => c.Found), checks.Sum(c => c.Fixed));
            if (request.Fix)
            {
                await audit.RecordAsync("doctor.fix", null, new { Found = found, Fixed = mended }, null, cancellationToken);
            }

            return new Result(checks.All(c => c.Status is "OK" or "FIXED"), found, mended, found - mended, checks);
        }

        private static async Task<Check> CheckAsync(ICheckup checkup, CheckupScope scope, bool fix, CancellationToken cancellationToken)
        {
            try
            {
                var before = await checkup.CheckAsync(scope, cancellationToken);
                var safe = before.Ailments.Where(a => a.Remedy == Remedy.Safe).ToList();
                if (!fix || safe.Count == 0)
                {
                    return Of(checkup, before, before.Ailments);
                }

                await checkup.CureAsync(safe, cancellationToken);
                return Of(checkup, before, (await checkup.CheckAsync(scope, cancellationToken)).Ailments);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                return new Check(checkup.Name, checkup.Compares, "UNKNOWN", 0, 0, 0, 0, 0, [], e.Message);
            }
        }

        // What is there after the cure and was not before is remaining as well.
        private static Check Of(ICheckup checkup, CheckupFindings before, IReadOnlyList<Ailment> after)
        {
            var remaining = after.Select(a => a.What).ToHashSet(StringComparer.Ordinal);
            var complaints = before.Ailments
                .Select(a => new Complaint(a.What, a.Remedy.ToUpperSnake(), a.Advice, !remaining.Contains(a.What)))
                .Concat(after.Where(a => before.Ailments.All(b => b.What != a.What)).Select(a => new Complaint(a.What, a.Remedy.ToUpperSnake(), a.Advice, IsFixed: false)))
                .ToList();
            var mended = complaints.Count(c => c.IsFixed);
            return new Check(
                checkup.Name,
                checkup.Compares,
                complaints.Count == 0 ? "OK" : mended == complaints.Count ? "FIXED" : "AILING",
                before.Checked,
                before.Of,
                complaints.Count,
                mended,
                complaints.Count - mended,
                [.. complaints.OrderBy(c => c.IsFixed).Take(Shown)],
                null);
        }
    }
}
