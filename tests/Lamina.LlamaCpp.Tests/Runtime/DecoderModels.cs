using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>Models for tests of the decoder, loaded once for the folder, and decoders on them.</summary>
[SetUpFixture]
public sealed class DecoderModels
{
    public const string Tiny = "tiny";
    public const string Trained = "trained";
    public const string Smol = TestEngines.SmolName;
    public const string Window = "random-gemma3-swa64.gguf";
    public const string Recurrent = "random-mamba.gguf";
    public const string Hybrid = "random-lfm2-hybrid.gguf";
    public const string Experts = "random-qwen3moe.gguf";

    private static readonly Dictionary<string, ILanguageModel> Loaded = [];
    private static readonly Lock Gate = new();

    public static ILanguageModel Load(string name)
    {
        var path = name switch { Tiny => TestEngines.TinyPath, Trained => TinyModel.Path, _ => TestModels.Require(name) };
        lock (Gate)
        {
            if (!Loaded.TryGetValue(name, out var model))
            {
                Loaded[name] = model = new LlamaCppRuntime().LoadAsync(path).GetAwaiter().GetResult();
            }

            return model;
        }
    }

    public static DecoderOptions Options(KvLayout layout, int sequences, int contextSize = 256, int? cells = null) => new()
    {
        ContextSize = contextSize,
        SequenceCount = sequences,
        KvLayout = layout,
        CellCount = cells ?? contextSize * (long)sequences,
        BatchSize = 256,
        MicroBatchSize = 64,
        OutputLimit = 16,
        Threads = 1,
        BatchThreads = 1,
    };

    /// <summary>Runs a test with a decoder, on a thread of its own.</summary>
    public static void WithDecoder(string name, DecoderOptions options, Action<IDecoder> test)
    {
        var model = Load(name);
        Threads.Run(() =>
        {
            using var decoder = model.CreateDecoder(options);
            test(decoder);
        });
    }

    /// <summary>Runs a test with two decoders of one model.</summary>
    public static void WithDecoders(
        string name, DecoderOptions first, DecoderOptions second, Action<IDecoder, IDecoder> test)
    {
        var model = Load(name);
        Threads.Run(() =>
        {
            using var one = model.CreateDecoder(first);
            using var other = model.CreateDecoder(second);
            test(one, other);
        });
    }

    [OneTimeTearDown]
    public void DisposeAll()
    {
        foreach (var model in Loaded.Values)
        {
            model.Dispose();
        }

        Loaded.Clear();
    }
}
