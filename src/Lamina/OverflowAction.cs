namespace Lamina;

/// <summary>What can be done when the context is full.</summary>
public enum OverflowAction
{
    /// <summary>The answer ends, as long as it is.</summary>
    Stop,

    /// <summary>The stream fails.</summary>
    Fail,

    /// <summary>The older half of what may be forgotten is, and the answer goes on.</summary>
    Shift,
}
