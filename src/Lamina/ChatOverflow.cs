namespace Lamina;

/// <summary>What a <see cref="ChatSession"/> does where its messages are longer than the context.</summary>
public enum ChatOverflow
{
    /// <summary>The oldest turns are not sent any more; the session keeps them.</summary>
    DropOldest,

    /// <summary>The oldest turns are not sent any more; the model sums them up, and the sum is sent in their place.</summary>
    Summarize,

    /// <summary>It throws a <see cref="ContextFullException"/>.</summary>
    Fail,
}
