using Lamina.TestSupport;
using Lamina.TestSupport.Gguf;

namespace Lamina.LlamaCpp.Tests;

/// <summary>Real models, loaded once for the whole assembly and freed at its end.</summary>
[SetUpFixture]
public sealed class TestEngines
{
    public const string SmolName = "SmolLM2-135M-Instruct.Q4_1.gguf";
    public const string MiniName = "all-MiniLM-L6-v2.F16.gguf";

    private static readonly SemaphoreSlim Gate = new(1);
    private static readonly Dictionary<string, IInferenceEngine> Loaded = [];
    private static string _tinyPath = "";

    /// <summary>A llama of a few thousand random weights, made here: every machine has it.</summary>
    public static string TinyPath => _tinyPath;

    public static Task<IInferenceEngine> SmolAsync() => SharedAsync(TestModels.Require(SmolName));

    public static Task<IInferenceEngine> MiniAsync() => SharedAsync(TestModels.Require(MiniName));

    public static Task<IInferenceEngine> TinyAsync() => SharedAsync(TinyPath, new() { MaxSequences = 4 });

    /// <summary>The trained model that comes with Lamina.</summary>
    public static Task<IInferenceEngine> TrainedAsync() =>
        SharedAsync(TinyModel.Path, new() { ContextSize = 768, MaxSequences = 32 });

    [OneTimeSetUp]
    public void WriteTinyModel()
    {
        _tinyPath = Path.Combine(Directory.CreateTempSubdirectory("lamina-tests").FullName, "tiny.gguf");
        File.WriteAllBytes(_tinyPath, TinyLlama.Create().ToBytes());
    }

    [OneTimeTearDown]
    public async Task DisposeAll()
    {
        foreach (var engine in Loaded.Values)
        {
            await engine.DisposeAsync();
            var metrics = engine.GetMetrics();
            Assert.That((metrics.RunningRequests, metrics.QueuedRequests), Is.EqualTo((0, 0)));
        }

        Directory.Delete(Path.GetDirectoryName(_tinyPath)!, recursive: true);
    }

    private static async Task<IInferenceEngine> SharedAsync(string path, EngineOptions? options = null)
    {
        await Gate.WaitAsync();
        try
        {
            if (!Loaded.TryGetValue(path, out var engine))
            {
                Loaded[path] = engine = await LlamaCpp.LoadAsync(
                    path, options ?? new() { ContextSize = 512, MaxSequences = 4 });
            }

            return engine;
        }
        finally
        {
            Gate.Release();
        }
    }
}
