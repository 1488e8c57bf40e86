using TrainTinyModel.Training;

namespace TrainTinyModel;

/// <summary>What the command line asks for.</summary>
/// <param name="Output">The folder of the training.</param>
/// <param name="Size">Which model.</param>
/// <param name="Steps">Steps; null for as many as the size needs.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Threads">Threads; null for one for each processor.</param>
internal sealed record Arguments(string Output, ModelSize Size, int? Steps, int Seed, int? Threads)
{
    public TrainingSettings Settings => Size switch
    {
        ModelSize.Tiny => new(Layers: 5, FeedForward: 768, Vocabulary: 2048, Steps ?? 4500, TokensPerStep: 4096, Rate: 0.004f, Seed),
        ModelSize.Draft => new(Layers: 2, FeedForward: 256, Vocabulary: 2048, Steps ?? 4000, TokensPerStep: 4096, Rate: 0.004f, Seed),
        _ => new(Layers: 1, FeedForward: 256, Vocabulary: 512, Steps ?? 60, TokensPerStep: 2048, Rate: 0.004f, Seed),
    };

    /// <summary>The model's file.</summary>
    public string ModelPath => Path.Combine(Output, Size switch
    {
        ModelSize.Tiny => "lamina-tiny.gguf",
        ModelSize.Draft => "lamina-tiny-draft.gguf",
        _ => "lamina-test.gguf",
    });

    public string CheckpointPath => Path.Combine(Output, $"{Size.ToString().ToLowerInvariant()}.checkpoint");
}
