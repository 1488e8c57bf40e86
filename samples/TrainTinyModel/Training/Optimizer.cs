using TorchSharp;
using static TorchSharp.torch;

namespace TrainTinyModel.Training;

/// <summary>
/// Muon for the matrices inside of layers (Jordan et al., 2024; scaled as in Liu et al., "Muon is Scalable for LLM
/// Training", 2025), AdamW for embeddings and norms (Loshchilov and Hutter, 2019).
/// </summary>
internal sealed class Optimizer : IDisposable
{
    private const float Momentum = 0.95f;
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.95f;
    private const float Decay = 0.1f;

    private readonly IReadOnlyDictionary<string, Tensor> _parameters;
    private readonly Dictionary<string, Tensor> _state = new(StringComparer.Ordinal);

    public Optimizer(IReadOnlyDictionary<string, Tensor> parameters)
    {
        _parameters = parameters;
        foreach (var (name, parameter) in parameters)
        {
            _state.Add(name + ".mean", zeros_like(parameter, requires_grad: false));
            if (!IsInnerMatrix(name))
            {
                _state.Add(name + ".square", zeros_like(parameter, requires_grad: false));
            }
        }
    }

    /// <summary>What it remembers, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Takes a step, and clears the gradients.</summary>
    /// <param name="step">Its number, from 0.</param>
    /// <param name="rate">The learning rate.</param>
    public void Step(int step, float rate)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in _parameters)
        {
            var gradient = parameter.grad ?? throw new InvalidOperationException($"{name} has no gradient.");
            var update = IsInnerMatrix(name) ? Orthogonal(name, gradient) : Adam(name, gradient, step);
            if (parameter.dim() == 2)
            {
                parameter.mul_(1 - (rate * Decay));
            }

            parameter.sub_(update * rate);
            gradient.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }

    private static bool IsInnerMatrix(string name) =>
        name.StartsWith("blk.", StringComparison.Ordinal) && !name.Contains("norm", StringComparison.Ordinal);

    private Tensor Adam(string name, Tensor gradient, int step)
    {
        var (mean, square) = (_state[name + ".mean"], _state[name + ".square"]);
        mean.mul_(Beta1).add_(gradient * (1 - Beta1));
        square.mul_(Beta2).add_(gradient.square() * (1 - Beta2));
        var meanScale = 1 / (1 - MathF.Pow(Beta1, step + 1));
        var squareScale = 1 / (1 - MathF.Pow(Beta2, step + 1));
        return mean * meanScale / ((square * squareScale).sqrt() + 1e-8f);
    }

    /// <summary>The momentum with all its singular values brought near 1, by Newton and Schulz's iteration.</summary>
    private Tensor Orthogonal(string name, Tensor gradient)
    {
        const float A = 3.4445f, B = -4.7750f, C = 2.0315f;
        var mean = _state[name + ".mean"];
        mean.mul_(Momentum).add_(gradient);
        var x = gradient + (mean * Momentum);
        var isTall = x.shape[0] > x.shape[1];
        x = isTall ? x.t() : x;
        x /= x.norm() + 1e-7f;
        for (var i = 0; i < 5; i++)
        {
            var product = x.matmul(x.t());
            x = (A * x) + ((B * product) + (C * product.matmul(product))).matmul(x);
        }

        return (isTall ? x.t() : x) * (0.2f * MathF.Sqrt(Math.Max(x.shape[0], x.shape[1])));
    }
}
