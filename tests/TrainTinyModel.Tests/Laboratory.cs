using TinyCorpus;
using TinyCorpus.Vocabularies;
using TrainTinyModel.Network;
using TrainTinyModel.Training;

namespace TrainTinyModel.Tests;

/// <summary>Before all tests: the native library. And what they train on.</summary>
[SetUpFixture]
internal sealed class Laboratory
{
    public static TrainingSettings Settings { get; } = new(
        Layers: 2, FeedForward: 256, Vocabulary: 400, Steps: 20, WordSteps: 10, FactSteps: 10, TokensPerStep: 512, Rate: 0.006f, Seed: 1);

    public static Vocabulary Vocabulary { get; private set; } = null!;

    [OneTimeSetUp]
    public void SetUp()
    {
        TorchLibrary.Prepare();
        var random = new Random(1);
        Vocabulary = VocabularyTrainer.Train(
            Enumerable.Range(0, 1000).SelectMany(_ => Corpus.Next(random).Pieces).Where(piece => !piece.IsControl).Select(piece => piece.Text),
            Document.ControlTokens,
            Settings.Vocabulary);
    }

    public static LlamaNetwork CreateNetwork() =>
        new(new(Settings.Layers, Settings.FeedForward, Settings.Vocabulary), Settings.Seed);

    public static Trainer CreateTrainer(LlamaNetwork network, string checkpoint, TrainingSettings? settings = null) => new(
        settings ?? Settings, network, new(Vocabulary, Settings), checkpoint);
}
