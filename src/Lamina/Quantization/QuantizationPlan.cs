using System.Collections.Immutable;
using Lamina.Gguf;
using Lamina.Validation;

namespace Lamina.Quantization;

/// <summary>What a profile makes of a model: the type of each tensor and the size of the whole, before anything is written.</summary>
public sealed record QuantizationPlan
{
    private QuantizationPlan(QuantizationProfile profile, IReadOnlyList<GgufFile> parts, IReadOnlyDictionary<string, PlannedTensor> tensors)
    {
        Profile = profile;
        SourceParts = parts;
        Tensors = [.. parts.SelectMany(static part => part.Tensors).Select(tensor => tensors[tensor.Name])];
    }

    /// <summary>The profile.</summary>
    public QuantizationProfile Profile { get; }

    /// <summary>The tensors, in the order of the source.</summary>
    public ImmutableArray<PlannedTensor> Tensors { get; }

    /// <summary>Bytes of all tensors as they are.</summary>
    public long SourceBytes => Tensors.Sum(static tensor => tensor.Source.Size);

    /// <summary>Bytes of all tensors as they will be. The file has its header besides.</summary>
    public long SizeBytes => Tensors.Sum(static tensor => tensor.Size);

    /// <summary>Bits that a weight will take on average.</summary>
    public double BitsPerWeight => 8.0 * SizeBytes / Tensors.Sum(static tensor => tensor.Source.ElementCount);

    /// <summary>Tensors that are another type than the profile asks for.</summary>
    public IEnumerable<PlannedTensor> Fallbacks => Tensors.Where(static tensor => tensor.Fallback is not null);

    /// <summary>Whether the profile cannot do without an importance matrix for this model.</summary>
    public bool NeedsImportance => Tensors.Any(static tensor => tensor.NeedsImportance);

    /// <summary>Whether tensors are quantized that are so already, which costs quality.</summary>
    public bool Requantizes => Tensors.Any(static tensor => !tensor.IsCopied && tensor.Source.Type.IsQuantized());

    internal IReadOnlyList<GgufFile> SourceParts { get; }

    /// <summary>Plans, from the headers of a model's files; nothing is written.</summary>
    /// <param name="source">The model; of one in several parts, the first.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="hasImportance">Whether an importance matrix will be at hand, for which some tensors take another type.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">The profile cannot be; the message says why.</exception>
    /// <exception cref="GgufException">The file is damaged, or no model file.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static QuantizationPlan Create(
        string source, QuantizationProfile profile, bool hasImportance = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(profile);
        Fault.Throw(profile.Faults(), nameof(profile));
        return Create(GgufValidator.Validate(GgufFile.Read(source, cancellationToken), cancellationToken), profile, hasImportance);
    }

    internal static QuantizationPlan Create(IReadOnlyList<GgufFile> parts, QuantizationProfile profile, bool hasImportance)
    {
        var mix = new TensorMix(profile.FileType, ModelTraits.Of(parts), hasImportance);
        var planned = parts.SelectMany(static part => part.Tensors)
            .OrderBy(static tensor => TensorNames.LayerOf(tensor.Name)).ThenBy(static tensor => tensor.Name, StringComparer.Ordinal)
            .Select(tensor => Plan(tensor, profile, mix))
            .ToDictionary(static tensor => tensor.Source.Name, StringComparer.Ordinal);
        return new(profile, parts, planned);
    }

    private static PlannedTensor Plan(GgufTensor tensor, QuantizationProfile profile, TensorMix mix)
    {
        var wanted = TensorNames.IsQuantized(tensor) ? profile.TypeOf(tensor, mix) : tensor.Type;
        var type = Fitting(tensor, wanted);
        var fallback = type == wanted ? null
            : $"Its rows of {tensor.Shape[0]} numbers are no multiple of {wanted.GetBlockSize()}, as {wanted} has them.";
        return new(tensor, type, tensor.ElementCount / type.GetBlockSize() * type.GetBlockBytes(), fallback, HasFewestBits(tensor, type, profile));
    }

    /// <summary>A type of about as many bits whose blocks fit a tensor's rows.</summary>
    private static TensorType Fitting(GgufTensor tensor, TensorType type)
    {
        if (tensor.Shape[0] % type.GetBlockSize() == 0)
        {
            return type;
        }

        var other = type switch
        {
            TensorType.IQ1_S or TensorType.IQ1_M or TensorType.IQ2_XXS or TensorType.IQ2_XS or TensorType.IQ2_S
                or TensorType.IQ3_XXS or TensorType.IQ3_S or TensorType.IQ4_XS => TensorType.IQ4_NL,
            TensorType.Q4_K => TensorType.Q5_0,
            TensorType.Q5_K => TensorType.Q5_1,
            TensorType.Q6_K => TensorType.Q8_0,
            _ => TensorType.Q4_0,
        };
        return tensor.Shape[0] % other.GetBlockSize() == 0 ? other : TensorType.F16;
    }

    private static bool HasFewestBits(GgufTensor tensor, TensorType type, QuantizationProfile profile) =>
        tensor.Type != type
        && TensorNames.RoleOf(tensor.Name) is not (TensorRole.Embedding or TensorRole.Output)
        && (type is TensorType.IQ1_S or TensorType.IQ1_M or TensorType.IQ2_XXS or TensorType.IQ2_XS or TensorType.IQ2_S or TensorType.IQ3_XXS
            || (type == TensorType.Q2_K && profile.FileType == GgufFileType.Q2_K_S));
}
