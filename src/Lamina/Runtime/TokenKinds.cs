namespace Lamina.Runtime;

/// <summary>What kind of token it is; a token may be of several kinds.</summary>
[Flags]
public enum TokenKinds
{
    /// <summary>A piece of text.</summary>
    None = 0,

    /// <summary>A control token: it steers the model and is no text.</summary>
    Control = 1,

    /// <summary>The model ends its answer with it.</summary>
    EndOfGeneration = 2,

    /// <summary>In a prompt, white space before it is dropped.</summary>
    StripsLeft = 4,

    /// <summary>In a prompt, white space after it is dropped.</summary>
    StripsRight = 8,
}
