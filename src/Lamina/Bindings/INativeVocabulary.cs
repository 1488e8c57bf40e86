namespace Lamina.Bindings;

/// <summary>
/// What a native library knows of a model's vocabulary. <see cref="VocabularyTokenizer"/> stands above it, and asks of
/// tokens that there are alone.
/// </summary>
internal interface INativeVocabulary
{
    /// <summary>Number of tokens; 0 for a model without a vocabulary.</summary>
    int Size { get; }

    /// <summary>BOS, or -1.</summary>
    int BeginOfText { get; }

    /// <summary>EOS, or -1.</summary>
    int EndOfText { get; }

    /// <summary>EOT, or -1.</summary>
    int EndOfTurn { get; }

    /// <summary>SEP, or -1.</summary>
    int Separator { get; }

    /// <summary>Whether EOS stands behind each text.</summary>
    bool AddsEndOfText { get; }

    /// <summary>Whether SEP stands between texts.</summary>
    bool AddsSeparator { get; }

    /// <summary>A token's attributes, in the bits of native code.</summary>
    /// <param name="token">The token.</param>
    int GetAttributes(int token);

    /// <summary>Whether a token ends a generation.</summary>
    /// <param name="token">The token.</param>
    bool IsEndOfGeneration(int token);

    /// <summary>Writes what a token stands for, where there is room for all of it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="destination">The room.</param>
    /// <returns>How many bytes it takes.</returns>
    int ReadPiece(int token, Span<byte> destination);

    /// <summary>Tokenizes a text, in which no control token is looked for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecial">Whether the tokens around it are added.</param>
    /// <exception cref="LaminaException">It could not.</exception>
    int[] Tokenize(string text, bool addSpecial);
}
