using System.Runtime.InteropServices;
using Lamina.Gguf;

namespace Lamina.TestSupport.Gguf;

/// <summary>The smallest model of the llama architecture that a native runtime loads: 2 layers, 32 wide, 262 tokens.</summary>
internal static class TinyLlama
{
    public const int Width = 32;
    public const int Tokens = 262;
    private const int Layers = 2;
    private const int SharedWidth = 16;
    private const int Inner = 64;

    public static GgufImage Create(int seed = 1)
    {
        var image = new GgufImage();
        image["general.architecture"] = "llama";
        image["general.name"] = "tiny";
        image["general.file_type"] = 0u;
        image["llama.context_length"] = 256u;
        image["llama.embedding_length"] = (uint)Width;
        image["llama.block_count"] = (uint)Layers;
        image["llama.feed_forward_length"] = (uint)Inner;
        image["llama.attention.head_count"] = 4u;
        image["llama.attention.head_count_kv"] = 2u;
        image["llama.attention.layer_norm_rms_epsilon"] = 1e-5f;
        image["llama.rope.dimension_count"] = 8u;
        image["llama.rope.freq_base"] = 10000f;
        AddVocabulary(image);
        AddTensors(image, new Random(seed));
        return image;
    }

    private static void AddVocabulary(GgufImage image)
    {
        string[] special = ["<unk>", "<s>", "</s>"];
        string[] words = ["\u2581", "a", "\u2581a"];
        string[] tokens = [.. special, .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), .. words];
        image["tokenizer.ggml.model"] = "llama";
        image["tokenizer.ggml.tokens"] = tokens;
        image["tokenizer.ggml.scores"] = new float[tokens.Length];
        image["tokenizer.ggml.token_type"] = tokens.Select((_, i) => i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1).ToArray();
        image["tokenizer.ggml.bos_token_id"] = 1u;
        image["tokenizer.ggml.eos_token_id"] = 2u;
    }

    private static void AddTensors(GgufImage image, Random random)
    {
        Add("token_embd.weight", Width, Tokens);
        Add("output_norm.weight", Width);
        for (var i = 0; i < Layers; i++)
        {
            Add($"blk.{i}.attn_norm.weight", Width);
            Add($"blk.{i}.attn_q.weight", Width, Width);
            Add($"blk.{i}.attn_k.weight", Width, SharedWidth);
            Add($"blk.{i}.attn_v.weight", Width, SharedWidth);
            Add($"blk.{i}.attn_output.weight", Width, Width);
            Add($"blk.{i}.ffn_norm.weight", Width);
            Add($"blk.{i}.ffn_gate.weight", Width, Inner);
            Add($"blk.{i}.ffn_up.weight", Width, Inner);
            Add($"blk.{i}.ffn_down.weight", Inner, Width);
        }

        void Add(string name, params long[] shape)
        {
            var tensor = ImageTensor.Create(name, TensorType.F32, shape);
            var values = new float[tensor.ElementCount];
            for (var at = 0; at < values.Length; at++)
            {
                values[at] = shape.Length == 1 ? 1f : (float)(random.NextDouble() - 0.5);
            }

            tensor.Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
            image.Tensors.Add(tensor);
        }
    }
}
