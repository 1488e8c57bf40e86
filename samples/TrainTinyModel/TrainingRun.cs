using System.Diagnostics;
using Lamina.Gguf;
using Lamina.LlamaCpp;
using Samples;
using Spectre.Console;
using TinyCorpus;
using TinyCorpus.Evaluation;
using TinyCorpus.Vocabularies;
using TorchSharp;
using TrainTinyModel.Network;
using TrainTinyModel.Training;

namespace TrainTinyModel;

/// <summary>Makes a model from nothing, and tests it.</summary>
internal sealed class TrainingRun(Arguments arguments)
{
    /// <summary>Texts that the vocabulary is made from.</summary>
    private const int VocabularyTexts = 20_000;

    private readonly IAnsiConsole _status = StatusConsole.Open();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Run(() => Train(cancellationToken), cancellationToken);
        await using var engine = await LlamaCpp.LoadAsync(
            arguments.ModelPath, new() { ContextSize = 768, MaxSequences = 64 }, cancellationToken: cancellationToken);
        var scores = await new TaskEvaluator(engine, arguments.Evaluation).EvaluateAsync(
            TinyTasks.All, score => StatusConsole.Line(_status, $"{score.Task.Name}: {score.Greedy:P0}"), cancellationToken);
        using var output = StandardOutput.Open();
        output.Write(TaskScore.ToTable(scores, arguments.Evaluation.Samples) + "\n");
    }

    private void Train(CancellationToken cancellationToken)
    {
        var settings = arguments.Settings;
        Directory.CreateDirectory(arguments.Output);
        if (arguments.Threads is { } threads)
        {
            torch.set_num_threads(threads);
        }

        var vocabulary = FindVocabulary(settings);
        using var network = new LlamaNetwork(
            new(settings.Layers, settings.FeedForward, settings.Vocabulary), settings.Seed);
        StatusConsole.Line(
            _status,
            $"{network.Shape.ParameterCount / 1e6:F2} million parameters, {settings.TotalSteps} steps of {settings.TokensPerStep} tokens");
        new Trainer(settings, network, new(vocabulary, settings), arguments.CheckpointPath)
            .Run(Report, cancellationToken);
        GgufExport.Write(arguments.ModelPath, arguments.ModelName, network, vocabulary, TensorType.F16);
        StatusConsole.Line(_status, $"{arguments.ModelPath}, {new FileInfo(arguments.ModelPath).Length / 1e6:F2} MB");
    }

    /// <summary>The vocabulary of a seed, the same each time.</summary>
    private Vocabulary FindVocabulary(TrainingSettings settings)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(settings.Seed);
        var texts = Enumerable.Range(0, VocabularyTexts)
            .SelectMany(_ => Corpus.Next(random).Pieces)
            .Where(piece => !piece.IsControl)
            .Select(piece => piece.Text);
        var vocabulary = VocabularyTrainer.Train(texts, Document.ControlTokens, settings.Vocabulary);
        StatusConsole.Line(_status, $"{vocabulary.Tokens.Count} tokens, found in {StatusConsole.Seconds(clock.Elapsed)}");
        return vocabulary;
    }

    private void Report(TrainingReport report) => StatusConsole.Line(
        _status,
        $"step {report.Step} of {report.Steps}, loss {report.Loss:F4}, {report.TokensPerSecond:F0} tokens/s, {report.Left:h\\:mm\\:ss} left");
}
