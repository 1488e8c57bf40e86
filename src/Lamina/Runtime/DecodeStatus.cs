namespace Lamina.Runtime;

/// <summary>How a batch ended.</summary>
public enum DecodeStatus
{
    /// <summary>Every token was computed.</summary>
    Success,

    /// <summary>The KV cache had no room; nothing was computed.</summary>
    NoRoom,

    /// <summary><see cref="IDecoder.Abort"/> stopped it.</summary>
    Aborted,
}
