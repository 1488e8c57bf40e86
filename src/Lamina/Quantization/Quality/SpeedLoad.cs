using Lamina.Runtime;

namespace Lamina.Quantization.Quality;

/// <summary>What is done while the speed is measured.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="DecodeTokens">Tokens that each text gets one by one.</param>
/// <param name="Streams">Texts at once.</param>
/// <param name="Threads">Threads that decode.</param>
internal sealed record SpeedLoad(int PromptTokens, int DecodeTokens, int Streams, int Threads)
{
    private const int MostAtOnce = 512;

    /// <summary>Cuts it to what a model can hold.</summary>
    public SpeedLoad Within(int contextSize) => this with
    {
        PromptTokens = Math.Min(PromptTokens, contextSize),
        DecodeTokens = Math.Min(DecodeTokens, contextSize),
    };

    /// <summary>The sizes of the decoder that is measured.</summary>
    public DecoderOptions DecoderOptions()
    {
        var contextSize = Math.Max(PromptTokens, DecodeTokens);
        var batchSize = Math.Max(PromptTokens, Streams);
        return new()
        {
            ContextSize = contextSize,
            SequenceCount = Streams,
            CellCount = (long)contextSize * Streams,
            BatchSize = batchSize,
            MicroBatchSize = Math.Min(batchSize, MostAtOnce),
            OutputLimit = Streams,
            Threads = Threads,
            BatchThreads = Threads,
        };
    }
}
