using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>A request with one result, at its end.</summary>
/// <typeparam name="T">The result.</typeparam>
/// <param name="sequence">The sequence.</param>
/// <param name="profile">What a policy may know of the request.</param>
internal abstract class ResultRequest<T>(CachedSequence sequence, RequestProfile profile)
    : SequenceRequest(sequence, profile)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the request.</summary>
    public Task<T> Result => _result.Task;

    public override void Fail(Exception error) => _result.TrySetException(error);

    /// <summary>Ends the request with its result.</summary>
    protected void Complete(T result) => _result.TrySetResult(result);
}
