namespace Lamina.Scheduling;

/// <summary>A decode loop that starts when it is first asked for.</summary>
internal sealed class DeferredLoop(LoopSetup setup) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private DecodeLoop? _loop;
    private volatile bool _isDisposed;

    /// <summary>The loop; a start that failed is tried again by the next call.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed of.</exception>
    public async Task<DecodeLoop> StartAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_loop is { } started)
            {
                return started;
            }

            var loop = await DecodeLoop.StartAsync(setup).ConfigureAwait(false);
            Interlocked.Exchange(ref _loop, loop);
            if (_isDisposed)
            {
                // The disposal came while it started and may not have seen it.
                await loop.StopAsync().ConfigureAwait(false);
                throw new ObjectDisposedException(setup.Name);
            }

            return loop;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>What the loop did so far.</summary>
    public EngineMetrics GetMetrics() => _loop?.GetMetrics() ?? EngineMetrics.None;

    /// <summary>Stops the loop; requests that are under way fail.</summary>
    public Task StopAsync()
    {
        _isDisposed = true;
        return _loop?.StopAsync() ?? Task.CompletedTask;
    }

    /// <inheritdoc cref="StopAsync"/>
    public void Dispose()
    {
        _isDisposed = true;
        _loop?.Dispose();
    }
}
