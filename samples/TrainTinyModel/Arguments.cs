using TinyCorpus.Evaluation;
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
        ModelSize.Tiny => new(Layers: 4, FeedForward: 768, Vocabulary: 2048, Steps ?? 4200, WordSteps: 2200, FactSteps: 1200, TokensPerStep: 4096, Rate: 0.006f, Seed),
        ModelSize.Draft => new(Layers: 2, FeedForward: 256, Vocabulary: 2048, Steps ?? 1200, WordSteps: 0, FactSteps: 0, TokensPerStep: 4096, Rate: 0.006f, Seed),
        _ => new(Layers: 1, FeedForward: 256, Vocabulary: 512, Steps ?? 60, WordSteps: 0, FactSteps: 0, TokensPerStep: 2048, Rate: 0.006f, Seed),
    };

    /// <summary>How the model is tested in the end: the one that can do nothing only in form.</summary>
    public EvaluationOptions Evaluation => Size == ModelSize.Test ? new() { Questions = 4, Samples = 0, MaxTokens = 16 } : new();

    /// <summary>The model's name, in its file.</summary>
    public string ModelName => Size switch
    {
        ModelSize.Tiny => "Lamina Tiny",
        ModelSize.Draft => "Lamina Tiny Draft",
        _ => "Lamina Test",
    };

    /// <summary>The model's file: "Lamina Tiny" is in lamina-tiny.gguf.</summary>
    public string ModelPath => Path.Combine(Output, ModelName.ToLowerInvariant().Replace(' ', '-') + ".gguf");

    public string CheckpointPath => Path.Combine(Output, $"{Size.ToString().ToLowerInvariant()}.checkpoint");
}
