using System.Runtime.InteropServices;
using Lamina.Gguf;
using Lamina.Runtime;
using Lamina.TestSupport.Gguf;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>A model made by a test, in a file that goes with it.</summary>
internal sealed class TemporaryModel : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".gguf");

    public TemporaryModel(GgufImage image)
    {
        File.WriteAllBytes(_path, image.ToBytes());
        Model = new LlamaCppRuntime().LoadAsync(_path).GetAwaiter().GetResult();
    }

    public ILanguageModel Model { get; }

    /// <summary>A llama whose keys are turned by other factors in caches of more than 256 cells.</summary>
    public static TemporaryModel LongRope()
    {
        var image = TinyLlama.Create();
        image["llama.rope.scaling.type"] = "longrope";
        image["llama.rope.scaling.original_context_length"] = 256u;
        AddVector(image, "rope_factors_long.weight", 4, 3f);
        AddVector(image, "rope_factors_short.weight", 4, 1f);
        return new(image);
    }

    /// <summary>A llama of one layer.</summary>
    public static TemporaryModel OneLayer()
    {
        var image = TinyLlama.Create();
        image["llama.block_count"] = 1u;
        image.Tensors.RemoveAll(tensor => tensor.Name.StartsWith("blk.1.", StringComparison.Ordinal));
        return new(image);
    }

    /// <summary>A llama of one layer with four heads of this width.</summary>
    public static TemporaryModel OneLayer(int headWidth)
    {
        var image = TinyLlama.Create();
        image["llama.block_count"] = 1u;
        image["llama.attention.key_length"] = (uint)headWidth;
        image["llama.attention.value_length"] = (uint)headWidth;
        image["llama.rope.dimension_count"] = (uint)headWidth;
        image.Tensors.RemoveAll(tensor => tensor.Name.Contains("attn_", StringComparison.Ordinal)
            || tensor.Name.StartsWith("blk.1.", StringComparison.Ordinal));
        AddVector(image, "blk.0.attn_norm.weight", TinyLlama.Width, 1f);
        AddMatrix(image, "blk.0.attn_q.weight", TinyLlama.Width, 4 * headWidth);
        AddMatrix(image, "blk.0.attn_k.weight", TinyLlama.Width, 2 * headWidth);
        AddMatrix(image, "blk.0.attn_v.weight", TinyLlama.Width, 2 * headWidth);
        AddMatrix(image, "blk.0.attn_output.weight", 4 * headWidth, TinyLlama.Width);
        return new(image);
    }

    /// <summary>A model whose positions are of several numbers.</summary>
    public static TemporaryModel MultiRope()
    {
        var image = TinyLlama.Create();
        foreach (var (key, value) in image.Metadata.ToArray())
        {
            if (key.StartsWith("llama.", StringComparison.Ordinal))
            {
                image.Remove(key);
                image["qwen2vl." + key["llama.".Length..]] = value;
            }
        }

        image["general.architecture"] = "qwen2vl";
        image["qwen2vl.rope.dimension_sections"] = new[] { 2, 1, 1, 0 };
        for (var layer = 0; layer < 2; layer++)
        {
            AddVector(image, $"blk.{layer}.attn_q.bias", 32, 0.1f);
            AddVector(image, $"blk.{layer}.attn_k.bias", 16, 0.1f);
            AddVector(image, $"blk.{layer}.attn_v.bias", 16, 0.1f);
        }

        return new(image);
    }

    public void WithDecoder(DecoderOptions options, Action<IDecoder> test) => Threads.Run(() =>
    {
        using var decoder = Model.CreateDecoder(options);
        test(decoder);
    });

    public void Dispose()
    {
        Model.Dispose();
        File.Delete(_path);
    }

    private static void AddVector(GgufImage image, string name, int length, float value) =>
        Add(image, name, () => value, length);

    private static void AddMatrix(GgufImage image, string name, int columns, int rows)
    {
        var random = new Random(rows);
        Add(image, name, () => (random.NextSingle() - 0.5f) / 2, columns, rows);
    }

    private static void Add(GgufImage image, string name, Func<float> next, params long[] shape)
    {
        var tensor = ImageTensor.Create(name, TensorType.F32, shape);
        var values = new float[tensor.ElementCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = next();
        }

        MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(tensor.Data);
        image.Tensors.Add(tensor);
    }
}
