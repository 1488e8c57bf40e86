using System.Diagnostics;
using Lamina.Gguf;
using TinyCorpus;
using TorchSharp;
using TrainTinyModel.Network;
using TinyCorpus.Vocabularies;
using TrainTinyModel.Training;

namespace TrainTinyModel;

/// <summary>Makes a model from nothing.</summary>
internal sealed class TrainingRun(Arguments arguments)
{
    /// <summary>Texts that the vocabulary is made from.</summary>
    private const int VocabularyTexts = 20_000;

    public void Run(CancellationToken cancellationToken)
    {
        var settings = arguments.Settings;
        Directory.CreateDirectory(arguments.Output);
        if (arguments.Threads is { } threads)
        {
            torch.set_num_threads(threads);
        }

        var vocabulary = TrainVocabulary(settings);
        using var network = new LlamaNetwork(
            new(settings.Layers, settings.FeedForward, settings.Vocabulary), settings.Seed);
        Console.WriteLine($"{network.Shape.ParameterCount / 1e6:F2} million parameters, {settings.Steps} steps of {settings.TokensPerStep} tokens");
        new Trainer(settings, network, new(vocabulary, settings.Seed, settings.TokensPerStep), arguments.CheckpointPath)
            .Run(Report, cancellationToken);
        GgufExport.Write(arguments.ModelPath, "Lamina " + arguments.Size, network, vocabulary, TensorType.F16);
        Console.WriteLine($"{arguments.ModelPath}, {new FileInfo(arguments.ModelPath).Length / 1e6:F2} MB");
    }

    /// <summary>The vocabulary of a seed, the same each time.</summary>
    private static Vocabulary TrainVocabulary(TrainingSettings settings)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(settings.Seed);
        var texts = Enumerable.Range(0, VocabularyTexts)
            .SelectMany(_ => Corpus.Next(random).Pieces)
            .Where(piece => !piece.IsControl)
            .Select(piece => piece.Text);
        var vocabulary = VocabularyTrainer.Train(texts, Document.ControlTokens, settings.Vocabulary);
        Console.WriteLine($"{vocabulary.Tokens.Count} tokens, found in {clock.Elapsed.TotalSeconds:F0} s");
        return vocabulary;
    }

    private static void Report(TrainingReport report) => Console.WriteLine(
        $"step {report.Step} of {report.Steps}, loss {report.Loss:F4}, {report.TokensPerSecond:F0} tokens/s, {report.Left:h\\:mm\\:ss} left");
}
