namespace Lamina;

/// <summary>How a generation ends when its cancellation token is cancelled.</summary>
public enum CancellationBehavior
{
    /// <summary>With <see cref="OperationCanceledException"/>.</summary>
    Throw,

    /// <summary>
    /// With a last element whose finish reason is <see cref="Tokens.FinishReason.Cancelled"/>, so that the usage is
    /// known; text that was held back as the possible start of a stop sequence is dropped.
    /// </summary>
    Finish,
}
