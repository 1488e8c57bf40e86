using System.Globalization;
using Lamina.Gguf;
using Lamina.Runtime;

namespace Lamina;

/// <summary>Reads from the headers of a model's files what computing with it takes of memory.</summary>
internal sealed class ComputeShapeReader
{
    /// <summary>How the tensors of layers begin that keep a state instead of keys and values.</summary>
    private static readonly string[] RecurrentTensors = ["ssm_", "shortconv.", "time_mix_"];

    private readonly GgufFile _file;
    private readonly HashSet<string> _tensors = new(StringComparer.Ordinal);
    private readonly HashSet<int> _recurrentLayers = [];

    /// <summary>Prepares to read.</summary>
    /// <param name="parts">The headers, the one with the metadata first.</param>
    public ComputeShapeReader(IReadOnlyList<GgufFile> parts)
    {
        _file = parts[0];
        foreach (var tensor in parts.SelectMany(part => part.Tensors))
        {
            _tensors.Add(tensor.Name);
            if (tensor.Name.Split('.', 3) is ["blk", var number, var rest]
                && Array.Exists(RecurrentTensors, kind => rest.StartsWith(kind, StringComparison.Ordinal))
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var layer))
            {
                _recurrentLayers.Add(layer);
            }
        }
    }

    private long Width => _file.EmbeddingLength ?? 0;

    /// <summary>Works the shape out. The widths are those that llama.cpp's graphs were seen to take.</summary>
    public ComputeShape Read()
    {
        var layers = (int)(_file.BlockCount ?? 0);
        var heads = Enumerable.Range(0, layers).Select(layer => Number("attention.head_count", layer)).DefaultIfEmpty().Max();
        var keys = Enumerable.Range(0, layers).Select(KeyWidth).DefaultIfEmpty().Max();
        return new()
        {
            HeadCount = (int)Math.Min(heads, int.MaxValue),
            LayerWidth = (4 * Width) + Enumerable.Range(0, layers).Select(InnerWidth).DefaultIfEmpty().Max(),
            AttentionWidth = (5 * Width) + (2 * keys),
            RecurrentElements = _recurrentLayers.Count * StateElements(),
            HasLogits = !GgufModelInfo.IsEncoder(_file),
        };
    }

    /// <summary>What a feed-forward part holds of a token: three times its width where it has a gate, else once.</summary>
    private long InnerWidth(int layer)
    {
        var inner = Number("feed_forward_length", layer);
        var experts = Number("expert_used_count") * Number("expert_feed_forward_length");
        var hasGate = _tensors.Contains(Layer(layer, "ffn_gate.weight")) || _tensors.Contains(Layer(layer, "ffn_gate_exps.weight"));
        var feedForward = (hasGate ? 3 : 1) * (experts > 0 && HasExperts(layer) ? experts : inner);
        return Math.Max(feedForward, _recurrentLayers.Contains(layer) ? 9 * Number("ssm.inner_size") / 2 : 0);
    }

    private bool HasExperts(int layer) => _tensors.Contains(Layer(layer, "ffn_gate_inp.weight"));

    /// <summary>What one recurrent layer keeps: the last inputs of its convolution, and its state.</summary>
    private long StateElements()
    {
        if (Number("wkv.head_size") is > 0 and var head)
        {
            return Width * (head + Math.Max(Number("token_shift_count"), 1));
        }

        if (Number("shortconv.l_cache") is > 0 and var taps)
        {
            return Width * (taps - 1);
        }

        var inner = Number("ssm.inner_size");
        var state = Number("ssm.state_size");
        var before = Math.Max(Number("ssm.conv_kernel") - 1, 0);
        if (Number("kda.head_dim") is > 0 and var delta)
        {
            var heads = Number("attention.head_count");
            return heads * delta * (delta + (3 * Math.Max(before, 1)));
        }

        return (before * (inner + (2 * Number("ssm.group_count") * state))) + (inner * state);
    }

    private long KeyWidth(int layer)
    {
        var heads = Number("attention.head_count", layer);
        var even = heads > 0 ? Width / heads : 0;
        var key = Number("attention.key_length") is > 0 and var given ? given : even;
        return key * (_file.Metadata.TryGetValue(Key("attention.head_count_kv"), out _) ? Number("attention.head_count_kv", layer) : heads);
    }

    private long Number(string name, int index = 0) =>
        _file.Metadata.TryGetValue(Key(name), out var value) && value.TryGetInt64(out var number, value.IsArray ? index : 0)
            ? number
            : 0;

    private string Key(string name) => string.Create(CultureInfo.InvariantCulture, $"{_file.Architecture}.{name}");

    private static string Layer(int layer, string name) => string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{name}");
}
