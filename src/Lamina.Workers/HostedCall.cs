namespace Lamina.Workers;

/// <summary>A request that the worker works on.</summary>
internal sealed class HostedCall : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _credit = new(0);

    /// <summary>Ends the work.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The state whose bytes are on their way to here, where there is one.</summary>
    public StateReceiver? State { get; init; }

    private bool IsLeft { get; set; }

    /// <summary>Cancels, on another thread: what that ends does not hold up what else comes.</summary>
    public void Cancel() => _ = _stop.CancelAsync();

    public void Leave()
    {
        IsLeft = true;
        Cancel();
    }

    public void Grant(int count) => _credit.Release(count);

    /// <summary>Waits until a token may be sent. One that was cancelled is read to its end.</summary>
    /// <returns>False where nobody reads any more.</returns>
    public async ValueTask<bool> MaySendAsync()
    {
        try
        {
            await _credit.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What comes next is the end.
        }

        return !IsLeft;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _credit.Dispose();
        State?.Release();
    }
}
