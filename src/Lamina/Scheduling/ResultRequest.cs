namespace Lamina.Scheduling;

/// <summary>A request with one result, at its end.</summary>
/// <typeparam name="T">The result.</typeparam>
internal abstract class ResultRequest<T> : SequenceRequest
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the request.</summary>
    public Task<T> Result => _result.Task;

    public override void Fail(Exception error) => _result.TrySetException(error);

    /// <summary>Ends the request with its result.</summary>
    protected void Complete(T result) => _result.TrySetResult(result);
}
