namespace Lamina.Chat.Replies;

/// <summary>What a <see cref="CallReader"/> has found.</summary>
internal enum CallStep
{
    /// <summary>Nothing that is whole.</summary>
    Incomplete,

    /// <summary>A call.</summary>
    Call,

    /// <summary>The end of the calls.</summary>
    End,

    /// <summary>That no call comes, but what is said.</summary>
    Text,

    /// <summary>Something that is no call.</summary>
    NoCall,
}
