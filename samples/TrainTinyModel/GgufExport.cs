using System.Runtime.InteropServices;
using Lamina.Gguf;
using TinyCorpus;
using TorchSharp;
using TrainTinyModel.Network;
using TinyCorpus.Vocabularies;
using TrainTinyModel.Training;
using static TorchSharp.torch;

namespace TrainTinyModel;

/// <summary>Writes a trained network as a GGUF file that llama.cpp loads.</summary>
internal static class GgufExport
{
    private const int NormalToken = 1;
    private const int ControlToken = 3;

    /// <param name="path">The file.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="network">The network.</param>
    /// <param name="vocabulary">Its tokens.</param>
    /// <param name="type">What matrices are stored in: F32 or F16; vectors are always F32.</param>
    public static void Write(string path, string name, LlamaNetwork network, Vocabulary vocabulary, TensorType type)
    {
        var shape = network.Shape;
        var writer = new GgufWriter()
            .Set("general.architecture", "llama")
            .Set("general.name", name)
            .Set("general.author", "The Lamina developers")
            .Set("general.license", "mit")
            .Set("general.languages", GgufValue.CreateArray(["en"]))
            .Set("general.file_type", (uint)(type == TensorType.F16 ? GgufFileType.F16 : GgufFileType.F32))
            .Set("llama.context_length", (uint)NetworkShape.Context)
            .Set("llama.embedding_length", (uint)NetworkShape.Width)
            .Set("llama.block_count", (uint)shape.Layers)
            .Set("llama.feed_forward_length", (uint)shape.FeedForward)
            .Set("llama.attention.head_count", (uint)NetworkShape.Heads)
            .Set("llama.attention.head_count_kv", (uint)NetworkShape.KeyHeads)
            .Set("llama.attention.layer_norm_rms_epsilon", NetworkShape.Epsilon)
            .Set("llama.rope.dimension_count", (uint)NetworkShape.HeadWidth)
            .Set("llama.rope.freq_base", NetworkShape.RopeBase)
            .Set("llama.vocab_size", (uint)shape.Vocabulary)
            .Set("tokenizer.ggml.model", "gpt2")
            .Set("tokenizer.ggml.pre", "smollm")
            .Set("tokenizer.ggml.tokens", GgufValue.CreateArray(vocabulary.Tokens))
            .Set("tokenizer.ggml.token_type", GgufValue.CreateArray(
                vocabulary.Tokens.Select((_, id) => id < vocabulary.ControlCount ? ControlToken : NormalToken)))
            .Set("tokenizer.ggml.merges", GgufValue.CreateArray(vocabulary.Merges.Select(merge => $"{merge.Left} {merge.Right}")))
            .Set("tokenizer.ggml.bos_token_id", (uint)vocabulary.Id(Document.EndOfText))
            .Set("tokenizer.ggml.eos_token_id", (uint)vocabulary.Id(Document.MessageEnd))
            .Set("tokenizer.ggml.padding_token_id", (uint)vocabulary.Id(Document.EndOfText))
            .Set("tokenizer.ggml.add_bos_token", false)
            .Set("tokenizer.chat_template", Corpus.ChatTemplate);
        foreach (var (parameter, tensor) in network.Parameters)
        {
            var stored = tensor.dim() == 1 ? TensorType.F32 : type;
            writer.AddTensor(parameter, stored, Checkpoint.Shape(tensor), stream => Write(stream, tensor, stored));
        }

        writer.Write(path);
    }

    private static void Write(Stream stream, Tensor tensor, TensorType type)
    {
        var values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        if (type == TensorType.F32)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        var halves = new Half[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(values, halves);
        stream.Write(MemoryMarshal.AsBytes(halves.AsSpan()));
    }
}
