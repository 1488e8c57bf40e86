using TorchSharp;
using static TorchSharp.torch;

namespace TrainTinyModel.Network;

/// <summary>
/// A network of the llama architecture (Touvron et al., "LLaMA", 2023) with tied embeddings, whose parameters have the
/// names and the order of dimensions of GGUF files.
/// </summary>
internal sealed class LlamaNetwork : IDisposable
{
    private readonly Dictionary<string, Tensor> _parameters = new(StringComparer.Ordinal);
    private readonly Tensor _rotation;

    /// <param name="shape">Its sizes.</param>
    /// <param name="seed">Where the parameters begin.</param>
    public LlamaNetwork(NetworkShape shape, int seed)
    {
        Shape = shape;
        using var generator = new Generator((ulong)seed);
        foreach (var (name, rows, columns) in shape.Parameters)
        {
            using var scope = NewDisposeScope();
            var parameter = rows == 0
                ? ones(columns)
                : randn([rows, columns], generator: generator) * Deviation(name, columns);
            _parameters.Add(name, parameter.requires_grad_(true).MoveToOuterDisposeScope());
        }

        _rotation = Rotation(shape);
    }

    public NetworkShape Shape { get; }

    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>What the network says after each token.</summary>
    /// <param name="tokens">[batch, length], 64-bit integers.</param>
    /// <returns>[batch * length, width]; <see cref="Logits"/> takes rows of it.</returns>
    public Tensor Forward(Tensor tokens)
    {
        var (batch, length) = (tokens.shape[0], tokens.shape[1]);
        var rotation = _rotation[..(int)length].unsqueeze(1);
        var x = _parameters["token_embd.weight"].index_select(0, tokens.flatten()).reshape(batch, length, NetworkShape.Width);
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            var prefix = $"blk.{layer}.";
            var normal = Normalize(x, prefix + "attn_norm.weight");
            var q = Rotate(Heads(Multiply(normal, prefix + "attn_q.weight"), NetworkShape.Heads), rotation);
            var k = Rotate(Heads(Multiply(normal, prefix + "attn_k.weight"), NetworkShape.KeyHeads), rotation);
            var v = Heads(Multiply(normal, prefix + "attn_v.weight"), NetworkShape.KeyHeads).transpose(1, 2);
            var copies = NetworkShape.Heads / NetworkShape.KeyHeads;
            var attended = nn.functional.scaled_dot_product_attention(
                q, k.repeat_interleave(copies, 1), v.repeat_interleave(copies, 1), is_casual: true);
            x += Multiply(attended.transpose(1, 2).reshape(batch, length, NetworkShape.Width), prefix + "attn_output.weight");
            normal = Normalize(x, prefix + "ffn_norm.weight");
            var gated = nn.functional.silu(Multiply(normal, prefix + "ffn_gate.weight")) * Multiply(normal, prefix + "ffn_up.weight");
            x += Multiply(gated, prefix + "ffn_down.weight");
        }

        return Normalize(x, "output_norm.weight").reshape(-1, NetworkShape.Width);

        Tensor Heads(Tensor y, int heads) => y.reshape(batch, length, heads, NetworkShape.HeadWidth);
    }

    /// <summary>The logits of all tokens.</summary>
    /// <param name="hidden">[rows, width].</param>
    /// <returns>[rows, vocabulary].</returns>
    public Tensor Logits(Tensor hidden) => Multiply(hidden, "token_embd.weight");

    public void Dispose()
    {
        _rotation.Dispose();
        foreach (var parameter in _parameters.Values)
        {
            parameter.Dispose();
        }
    }

    private static float Deviation(string name, int columns) => name switch
    {
        "token_embd.weight" => 0.02f,
        _ when name.EndsWith("attn_output.weight", StringComparison.Ordinal)
            || name.EndsWith("ffn_down.weight", StringComparison.Ordinal) => 0, // at first each layer hands on what it is given
        _ => 0.5f / MathF.Sqrt(columns),
    };

    /// <summary>[context, head width / 2], complex: by what each pair of numbers is turned at each position.</summary>
    private static Tensor Rotation(NetworkShape shape)
    {
        using var scope = NewDisposeScope();
        var half = NetworkShape.HeadWidth / 2;
        var frequency = pow(NetworkShape.RopeBase, arange(0, half, dtype: ScalarType.Float32) * (-1f / half));
        var angle = outer(arange(0, NetworkShape.Context, dtype: ScalarType.Float32), frequency);
        return polar(ones_like(angle), angle).MoveToOuterDisposeScope();
    }

    private static Tensor Rotate(Tensor heads, Tensor rotation)
    {
        var pairs = heads.reshape([.. heads.shape[..^1], -1, 2]);
        return (pairs.view_as_complex() * rotation).view_as_real().reshape(heads.shape).transpose(1, 2);
    }

    private Tensor Normalize(Tensor x, string name)
    {
        var scale = (x.square().mean([-1], keepdim: true) + NetworkShape.Epsilon).rsqrt();
        return x * scale * _parameters[name];
    }

    private Tensor Multiply(Tensor x, string name) => nn.functional.linear(x, _parameters[name]);
}
