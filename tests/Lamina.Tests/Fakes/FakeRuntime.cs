using System.Collections.Concurrent;
using System.Text;
using Lamina.Runtime;

namespace Lamina.Tests.Fakes;

/// <summary>
/// A runtime without native code. It writes down what the engine asks of it, and every breach of the contracts of
/// <see cref="IDecoder"/> and <see cref="ILanguageModel"/>; disposing of it asserts that there was none and that all
/// was freed, once. Declare it before the engine, so that it is disposed of after it.
/// </summary>
internal sealed class FakeRuntime : IModelRuntime, IDisposable
{
    public FakeRuntime(FakeTokenizer? tokenizer = null)
    {
        Tokenizer = tokenizer ?? new();
        Info = new()
        {
            Name = "fake",
            Architecture = "fake",
            FileType = "F32",
            ParameterCount = 1000,
            SizeBytes = 4000,
            ContextLength = 1024,
            EmbeddingLength = 4,
            LayerCount = 1,
            VocabularySize = Tokenizer.VocabularySize,
            KvCache = new() { KeyElements = 4, ValueElements = 4, KeyLength = 4, ValueLength = 4 },
            Fingerprint = "fake",
            CanGenerate = true,
        };
    }

    public string Description => "fake 1.0";

    public FakeTokenizer Tokenizer { get; }

    public ModelInfo Info { get; init; }

    /// <summary>The logits after a sequence's tokens. Default: the end of the generation.</summary>
    public Func<IReadOnlyList<int>, float[]>? Logits { get; init; }

    /// <summary>
    /// What the model answers to the text before the first <c>&gt;</c>, token by token and then the end; it takes the
    /// place of <see cref="Logits"/>.
    /// </summary>
    public Func<string, string>? Answer { get; init; }

    /// <summary>As <see cref="Answer"/>, in tokens.</summary>
    public Func<string, IReadOnlyList<int>>? AnswerTokens { get; init; }

    /// <summary>The pooled vector of a sequence. Default: its length, its first and last token, and 1.</summary>
    public Func<IReadOnlyList<int>, float[]> Embedding { get; init; } = tokens => [tokens.Count, tokens[0], tokens[^1], 1];

    /// <summary>Called in each load, on a thread of the pool.</summary>
    public Func<CancellationToken, Task>? OnLoad { get; set; }

    /// <summary>Called on the decoder's thread before it is created.</summary>
    public Action<DecoderOptions>? OnCreateDecoder { get; set; }

    /// <summary>
    /// Called in each decode: may block, throw, or give the status. Null computes the batch, unless it was aborted.
    /// </summary>
    public Func<FakeBatch, DecodeStatus?>? OnDecode { get; set; }

    /// <summary>
    /// Called in each member of a decoder that its own thread alone may call, with its name: may throw.
    /// </summary>
    public Action<string>? OnCall { get; set; }

    /// <summary>Whether positions can be moved.</summary>
    public bool CanShift { get; init; } = true;

    public ConcurrentQueue<FakeBatch> Batches { get; } = [];

    public ConcurrentQueue<FakeModel> Models { get; } = [];

    public ConcurrentQueue<FakeDecoder> Decoders { get; } = [];

    public ConcurrentQueue<ModelLoadOptions?> LoadOptions { get; } = [];

    public ConcurrentQueue<string> Breaches { get; } = [];

    public int Loads => LoadOptions.Count;

    /// <summary>Default: a CPU alone.</summary>
    public DeviceInventory Devices { get; init; } =
        new() { Devices = [new() { Name = "CPU", Description = "fake", Kind = DeviceKind.Cpu, Backend = "CPU" }] };

    public DeviceInventory GetDevices() => Devices;

    public async Task<ILanguageModel> LoadAsync(
        string path,
        ModelLoadOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default)
    {
        LoadOptions.Enqueue(options);
        await Task.Run(() => OnLoad?.Invoke(cancellationToken) ?? Task.CompletedTask, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(1);
        var model = new FakeModel(this);
        Models.Enqueue(model);
        return model;
    }

    public float[] LogitsAfter(IReadOnlyList<int> tokens)
    {
        if (Logits is not null)
        {
            return Logits(tokens);
        }

        var split = tokens.ToList().IndexOf('>');
        var answer = AnswerTokens?.Invoke(TextOf(tokens.Take(split)))
            ?? (Answer is null ? [] : Tokenizer.Split(Answer(TextOf(tokens.Take(split)))));
        var at = tokens.Count - split - 1;
        return Likely(at < answer.Count ? answer[at] : Tokenizer.End);
    }

    /// <summary>Logits that leave no doubt.</summary>
    public float[] Likely(int token)
    {
        var logits = new float[Tokenizer.VocabularySize];
        logits[token] = 100;
        return logits;
    }

    public void Dispose()
    {
        foreach (var model in Models.Where(model => model.Disposals == 0))
        {
            Breaches.Enqueue("A model was not disposed of.");
        }

        foreach (var decoder in Decoders.Where(decoder => decoder.Disposals != 1))
        {
            Breaches.Enqueue($"A decoder was disposed of {decoder.Disposals} times.");
        }

        Assert.That(Breaches, Is.Empty);
    }

    private string TextOf(IEnumerable<int> tokens) =>
        Encoding.UTF8.GetString([.. tokens.SelectMany(token => Tokenizer.GetBytes(token).ToArray())]);
}
