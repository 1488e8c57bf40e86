using Lamina.Runtime;

namespace Lamina.TestSupport.Conformance;

/// <summary>
/// What runtimes are held to by the documentation of <see cref="IModelRuntime"/> and of the interfaces behind it. The
/// tests of each runtime derive from the fixtures of this folder, which load a model once each.
/// </summary>
public abstract class ConformanceFixture
{
    private ILanguageModel? _model;

    /// <summary>The model, which the fixture owns.</summary>
    protected ILanguageModel Model => _model!;

    /// <summary>How far logits of the same tokens may differ between batches, as <see cref="DecoderSteps.Difference"/> measures it.</summary>
    protected virtual double Tolerance => 0.02;

    /// <summary>Frees the model.</summary>
    [OneTimeTearDown]
    public void DisposeModel() => _model?.Dispose();

    /// <summary>Loads the model.</summary>
    [OneTimeSetUp]
    public async Task LoadModelAsync() => _model = await LoadAsync();

    /// <summary>Loads a model that the caller disposes of.</summary>
    protected abstract Task<ILanguageModel> LoadAsync();

    /// <summary>Sizes for a decoder.</summary>
    protected static DecoderOptions Options(KvLayout layout, int sequences = 3, int contextSize = 256, int? cells = null) => new()
    {
        ContextSize = contextSize,
        SequenceCount = sequences,
        KvLayout = layout,
        CellCount = cells ?? contextSize * (long)sequences,
        BatchSize = 128,
        MicroBatchSize = 64,
        OutputLimit = 8,
        Threads = 1,
        BatchThreads = 1,
    };

    /// <summary>Runs a test with a decoder of the model, on a thread of its own.</summary>
    protected void WithDecoder(DecoderOptions options, Action<IDecoder> test) => Threads.Run(() =>
    {
        using var decoder = Model.CreateDecoder(options);
        test(decoder);
    });

    /// <summary>Whether logits are the same, within the tolerance.</summary>
    protected void AssertSame(float[] found, float[] expected, string? what = null) =>
        Assert.That(DecoderSteps.Difference(found, expected), Is.LessThanOrEqualTo(Tolerance), what);
}
