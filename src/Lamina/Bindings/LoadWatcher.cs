namespace Lamina.Bindings;

/// <summary>Passes a load's progress on, and stops the load when it is cancelled.</summary>
internal sealed class LoadWatcher(IProgress<float>? progress, CancellationToken cancellationToken)
{
    /// <summary>What the progress listener threw, which ended the load.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Called from native code, so it lets nothing out.</summary>
    /// <param name="part">The part that is loaded, from 0 to 1.</param>
    /// <returns>Whether to go on.</returns>
    public bool Continue(float part)
    {
        try
        {
            progress?.Report(part);
            return !cancellationToken.IsCancellationRequested;
        }
        catch (Exception e)
        {
            Failure = e;
            return false;
        }
    }
}
