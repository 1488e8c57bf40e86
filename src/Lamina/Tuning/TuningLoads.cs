using System.Collections.Immutable;
using Lamina.Quantization;

namespace Lamina.Tuning;

/// <summary>What is done while a setting is timed.</summary>
/// <param name="Workloads">The loads.</param>
/// <param name="PromptTokens">Tokens of a prompt.</param>
/// <param name="DecodeTokens">Tokens that each text gets one by one.</param>
/// <param name="TextTokens">Tokens that it has before those.</param>
/// <param name="Streams">Texts at once in a load of many.</param>
internal sealed record TuningLoads(
    ImmutableArray<Workload> Workloads, int PromptTokens, int DecodeTokens, int TextTokens, int Streams)
{
    /// <summary>The tokens that a sequence needs room for.</summary>
    public int ContextSize => Workloads.Max(load => load == Workload.Prompts ? PromptTokens : TextTokens + DecodeTokens);

    /// <summary>Cuts them to what a model and its baseline hold.</summary>
    public static TuningLoads Create(TuningOptions options, int contextSize)
    {
        var decoded = Math.Min(options.DecodeTokens, contextSize);
        return new(
            options.Workloads,
            Math.Min(options.PromptTokens, contextSize),
            decoded,
            Math.Min(options.TextTokens, contextSize - decoded),
            Math.Min(options.Streams, options.FullBaseline.MaxSequences ?? DecoderPlan.DefaultMaxSequences));
    }

    /// <summary>A load in words.</summary>
    public static string Name(Workload load, int promptTokens, int streams) => load switch
    {
        Workload.OneStream => "decode",
        Workload.ManyStreams => $"decode × {streams}",
        _ => $"prefill {promptTokens}",
    };
}
