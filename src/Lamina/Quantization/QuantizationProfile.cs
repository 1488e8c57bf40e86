using System.Collections.Immutable;
using System.IO.Enumeration;
using Lamina.Gguf;
using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.Quantization;

/// <summary>How a model's weights are stored: with how many bits, and which tensors with more. Immutable.</summary>
/// <remarks>
/// What a profile gives for a model, <see cref="QuantizationPlan.Create(string, QuantizationProfile, bool, CancellationToken)"/> says before
/// anything is written; what it costs in quality, a quality report measures. The ones that are named here stand in <see cref="All"/>; others
/// are made with <c>with</c> or from nothing.
/// </remarks>
public sealed partial record QuantizationProfile
{
    /// <summary>A short name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is good for, in a sentence. Default: empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// The type of file, by the name that people who quantize know: it says what most tensors are stored in, and which ones with more bits,
    /// as llama.cpp does. Any that files are made in.
    /// </summary>
    public required GgufFileType FileType { get; init; }

    /// <summary>Whether all matrices are stored alike, none with more bits. Default: false.</summary>
    public bool IsUniform { get; init; }

    /// <summary>Types of single tensors; the first rule that fits a name counts, before all else here. Default: none.</summary>
    public ImmutableArray<TensorRule> Rules { get; init; } = [];

    /// <summary>How token embeddings are stored. Default: null, as <see cref="FileType"/> has it.</summary>
    public TensorType? EmbeddingType { get; init; }

    /// <summary>How the output matrix is stored, where it is not the embeddings. Default: null, as <see cref="FileType"/> has it.</summary>
    public TensorType? OutputType { get; init; }

    /// <summary>
    /// How the KV cache of an engine stores keys that is loaded with this profile and says nothing else itself. Default: F16.
    /// </summary>
    public KvCacheType KeyCacheType { get; init; }

    /// <summary>How it stores values; as <see cref="KeyCacheType"/>.</summary>
    public KvCacheType ValueCacheType { get; init; }

    /// <summary>The type that most matrices are stored in.</summary>
    public TensorType BaseType => TensorMix.BaseType(FileType)
        ?? throw new InvalidOperationException($"Files are not made in {FileType}.");

    /// <summary>Bits of a weight in <see cref="BaseType"/>, scales included. A file takes some more, as its plan says.</summary>
    public double BitsPerWeight => BaseType.GetBitsPerElement();

    internal TensorType TypeOf(GgufTensor tensor, TensorMix mix)
    {
        var rule = Rules.FirstOrDefault(rule => FileSystemName.MatchesSimpleExpression(rule.Pattern, tensor.Name, ignoreCase: false));
        if (rule is not null)
        {
            return rule.Type;
        }

        var role = TensorNames.RoleOf(tensor.Name);
        return role switch
        {
            TensorRole.Embedding when EmbeddingType is { } type => type,
            TensorRole.Output when OutputType is { } type => type,
            _ when IsUniform || !BaseType.IsQuantized() => BaseType,
            _ => mix.Choose(tensor, BaseType),
        };
    }

    /// <summary>Why it cannot be, in words.</summary>
    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(QuantizationProfile);
        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return $"{owner}.{nameof(Name)} is empty.";
        }

        if (TensorMix.BaseType(FileType) is null)
        {
            yield return $"{owner}.{nameof(FileType)} was {FileType}; files are not made in it.";
        }

        foreach (var fault in Fault.Undefined(owner, nameof(KeyCacheType), KeyCacheType).Concat(Fault.Undefined(owner, nameof(ValueCacheType), ValueCacheType)))
        {
            yield return fault;
        }

        if (Rules.IsDefault)
        {
            yield return $"{owner}.{nameof(Rules)} was not set.";
            yield break;
        }

        foreach (var rule in Rules)
        {
            if (string.IsNullOrEmpty(rule.Pattern) || !rule.Type.IsForWeights())
            {
                yield return $"{owner}.{nameof(Rules)} has the pattern '{rule.Pattern}' for {rule.Type}; it has to be a pattern, for a type of weights.";
            }
        }

        foreach (var (name, type) in new[] { (nameof(EmbeddingType), EmbeddingType), (nameof(OutputType), OutputType) })
        {
            if (type is { } given && !given.IsForWeights())
            {
                yield return $"{owner}.{name} was {given}; weights are not stored in it.";
            }
        }
    }
}
