using Lamina.Runtime;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/runtime.md.</summary>
public sealed class RuntimeTests : PageFixture
{
    [Test]
    public void NativePath_IsTaken()
    {
        var runtime = new LlamaCppRuntime(new LlamaCppOptions { NativePath = "/opt/llama.cpp/lib" });

        Assert.That(() => runtime.Description, Throws.TypeOf<NativeLibraryException>().With.Message.Contains("llama.cpp/lib"));
    }

    [Test]
    public async Task Seam_ComputesAToken()
    {
        var llama = new LlamaCppRuntime();
        await using var engine = await InferenceEngine.LoadAsync(llama, "model.gguf");
        Console.WriteLine($"{llama.Description}, {llama.GetDevices().Devices.Length} devices");

        using var model = await llama.LoadAsync("model.gguf");
        using var decoder = model.CreateDecoder(new()
        {
            ContextSize = 256, SequenceCount = 1, CellCount = 256, BatchSize = 64, MicroBatchSize = 64, OutputLimit = 1, Threads = 1, BatchThreads = 1,
        });
        var tokens = model.Tokenizer.Encode("Once upon a", withPrefix: true);
        var batch = new DecodeBatch(64);
        for (var i = 0; i < tokens.Length; i++)
            batch.Add(tokens[i], position: i, sequence: 0, output: i == tokens.Length - 1);
        decoder.Decode(batch);
        var next = new SamplerPipeline(new GreedySampler()).Sample(decoder.GetLogits(tokens.Length - 1));
        Console.WriteLine(model.Tokenizer.Decode([next])); // time

        Assert.That(model.Tokenizer.Decode([next]), Is.EqualTo(" time"));
        Assert.That(engine.Model.Name, Is.EqualTo(model.Info.Name));
    }
}
