using Lamina.Gguf;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/models.md.</summary>
public sealed class ModelsTests : PageFixture
{
    [Test]
    public void Header_IsReadAndChecked()
    {
        var file = GgufFile.Read("model.gguf");
        GgufValidator.Validate(file);
        Console.WriteLine($"{file.Architecture}, {file.ParameterCount / 1e6:F0} M weights, {file.Metadata.Count} entries");

        foreach (var (key, value) in file.Metadata.Where(entry => entry.Key.StartsWith("general.", StringComparison.Ordinal)))
            Console.WriteLine($"{key} = {value}");
        var largest = file.Tensors.MaxBy(tensor => tensor.Size)!;
        Console.WriteLine($"{largest.Name}: {string.Join(" × ", largest.Shape)} of {largest.Type}, {largest.Size / 1e6:F1} MB");

        Assert.That(file.Architecture, Is.EqualTo("llama"));
        Assert.That(largest.Name, Is.EqualTo("token_embd.weight"));
    }

    [Test]
    public async Task Model_SaysWhatItIs()
    {
        var engine = await TestEngines.TrainedAsync();

        var info = engine.Model;
        Console.WriteLine($"{info.Name}: {info.Architecture}, {info.FileType}, {info.ParameterCount / 1e6:F1} M weights, "
            + $"context {info.ContextLength}, memory {info.Memory}, generates: {info.CanGenerate}");

        Assert.That((info.FileType, info.ContextLength, info.CanGenerate), Is.EqualTo(("F16", 1024, true)));
    }

    [Test]
    public async Task Load_TellsHowFarItIs()
    {
        using var logs = LoggerFactory.Create(builder => builder.AddConsole());
        using var stop = new CancellationTokenSource();
        await using var loaded = await LlamaCpp.LoadAsync(
            "model.gguf",
            new() { ContextSize = 512 },
            new Progress<float>(part => Console.Error.Write($"\r{part:P0}")),
            logs,
            stop.Token);

        Assert.That(loaded.ContextSize, Is.EqualTo(512));
    }

    [Test]
    public void Writer_MakesAFile()
    {
        new GgufWriter()
            .Set("general.architecture", "llama")
            .Set("general.name", "An example")
            .AddTensor("token_embd.weight", TensorType.F32, [4, 2], stream => stream.Write(new byte[4 * 2 * sizeof(float)]))
            .Write("example.gguf");

        var file = GgufFile.Read("example.gguf");
        Assert.That((file.Name, file.Tensors.Single().ElementCount), Is.EqualTo(("An example", 8)));
    }
}
