namespace Lamina.Quantization.Quality;

/// <summary>The logits after one token of the text, with what is computed of them. Used again and again.</summary>
/// <param name="vocabularySize">Tokens of the vocabulary.</param>
internal sealed class LogitRow(int vocabularySize)
{
    /// <summary>The logits; whoever reads them may overwrite them.</summary>
    public float[] Logits { get; } = new float[vocabularySize];

    /// <summary>Room for as many numbers.</summary>
    public float[] Buffer { get; } = new float[vocabularySize];

    /// <summary>Room for the codes of as many numbers.</summary>
    public ushort[] Codes { get; } = new ushort[vocabularySize];

    /// <summary>Its place among the scored tokens of the text.</summary>
    public int Position { get; set; }

    /// <summary>The token that the text goes on with.</summary>
    public int Next { get; set; }
}
