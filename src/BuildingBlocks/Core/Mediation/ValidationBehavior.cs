using FluentValidation;
using MediatR;

namespace ThemePark.BuildingBlocks;

/// <summary>
/// Runs every validator of the request. A request whose result is an outcome fails with VALIDATION_FAILED; any other throws
/// <see cref="ValidationException"/>, which the HTTP edge answers the same way.
/// </summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
{
    // Built once per closed type: the static abstract member is not reachable from an unconstrained TResponse.
    private static readonly Func<Failure, TResponse>? Fail = FailureFactory();

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var errors = new List<FluentValidation.Results.ValidationFailure>();
        foreach (var validator in validators)
        {
            errors.AddRange((await validator.ValidateAsync(request, cancellationToken)).Errors);
        }

        if (errors.Count == 0)
        {
            return await next();
        }

        return Fail is null ? throw new ValidationException(errors) : Fail(ValidationFailures.ToFailure(errors));
    }

    private static Func<Failure, TResponse>? FailureFactory() =>
        typeof(TResponse).IsGenericType && typeof(TResponse).GetGenericTypeDefinition() == typeof(Outcome<>)
            ? typeof(TResponse).GetMethod(nameof(Outcome<>.FromFailure))!.CreateDelegate<Func<Failure, TResponse>>()
            : null;
}

internal static class ValidationFailures
{
    public static Failure ToFailure(IEnumerable<FluentValidation.Results.ValidationFailure> errors) =>
        Failure.Validation(errors
            .GroupBy(e => e.PropertyName.Length == 0 ? "request" : e.PropertyName)
            .ToDictionary(g => g.Key, g => g.Select(e => e.ErrorMessage).Distinct().ToArray()));
}
