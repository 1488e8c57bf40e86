using Lamina.Gguf;
using static Lamina.Gguf.GgufFileType;

namespace Lamina.Quantization;

/// <summary>
/// Chooses the types of a file's tensors: one type for most, more bits for those that a model suffers from most. The
/// choices are llama.cpp's, so that a file of some type is what people know by that name.
/// </summary>
/// <param name="mix">The type of the file.</param>
/// <param name="model">The model.</param>
/// <param name="hasImportance">Whether an importance matrix is at hand.</param>
/// <remarks>It counts matrices, so it is asked for each tensor once, in the order of the layers.</remarks>
internal sealed class TensorMix(GgufFileType mix, ModelTraits model, bool hasImportance)
{
    private readonly bool _isFalcon = string.Equals(model.Architecture, "falcon", StringComparison.Ordinal);
    private int _values;
    private int _downs;
    private int _gates;
    private int _ups;

    private bool HasLowestBits => mix is IQ1_S or IQ1_M or IQ2_XXS or IQ2_XS or IQ2_S or IQ2_M;

    private TensorType Medium => mix is IQ2_S or IQ2_M ? TensorType.IQ3_S : TensorType.Q2_K;

    /// <summary>The type of most matrices in a file; null for a type that files are not made in.</summary>
    public static TensorType? BaseType(GgufFileType mix) => mix switch
    {
        F32 => TensorType.F32,
        F16 => TensorType.F16,
        BF16 => TensorType.BF16,
        Q1_0 => TensorType.Q1_0,
        Q2_0 => TensorType.Q2_0,
        Q4_0 => TensorType.Q4_0,
        Q4_1 => TensorType.Q4_1,
        Q5_0 => TensorType.Q5_0,
        Q5_1 => TensorType.Q5_1,
        Q8_0 => TensorType.Q8_0,
        Q2_K or Q2_K_S => TensorType.Q2_K,
        Q3_K_S or Q3_K_M or Q3_K_L => TensorType.Q3_K,
        Q4_K_S or Q4_K_M => TensorType.Q4_K,
        Q5_K_S or Q5_K_M => TensorType.Q5_K,
        Q6_K => TensorType.Q6_K,
        IQ1_S => TensorType.IQ1_S,
        IQ1_M => TensorType.IQ1_M,
        IQ2_XXS => TensorType.IQ2_XXS,
        IQ2_XS or IQ2_S => TensorType.IQ2_XS,
        IQ2_M => TensorType.IQ2_S,
        IQ3_XXS => TensorType.IQ3_XXS,
        IQ3_XS or IQ3_S or IQ3_M => TensorType.IQ3_S,
        IQ4_NL => TensorType.IQ4_NL,
        IQ4_XS => TensorType.IQ4_XS,
        TQ1_0 => TensorType.TQ1_0,
        TQ2_0 => TensorType.TQ2_0,
        MXFP4 => TensorType.MXFP4,
        _ => null,
    };

    /// <summary>The type of the next tensor.</summary>
    /// <param name="tensor">A tensor that is quantized.</param>
    /// <param name="type">The type of most.</param>
    public TensorType Choose(GgufTensor tensor, TensorType type) => TensorNames.RoleOf(tensor.Name) switch
    {
        TensorRole.Output => Output(tensor, type),
        TensorRole.Embedding when model.IsTied => Output(tensor, type),
        var role when mix == MXFP4 => IsExpert(tensor, role) ? TensorType.MXFP4 : TensorType.Q8_0,
        TensorRole.Embedding => Embedding(type),
        TensorRole.Value => HasLowestBits ? LowestValue() : Value(type),
        TensorRole.Key => Key(type),
        TensorRole.Query => Query(type),
        TensorRole.AttentionOutput => AttentionOutput(type),
        TensorRole.Down => HasLowestBits ? LowestDown(type) : Down(tensor, type),
        TensorRole.Gate => Middle(type, Layer(tensor, ref _gates)),
        TensorRole.Up => Middle(type, Layer(tensor, ref _ups)),
        _ => type,
    };

    /// <summary>Whether a layer is one of the first or last eighth, or each third of those between.</summary>
    private static bool GetsMoreBits(int layer, int layers) =>
        layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;

    /// <summary>Whether a tensor holds the matrices of several experts.</summary>
    private bool IsExpert(GgufTensor tensor, TensorRole role) => tensor.Length(2) > 1
        && (role is TensorRole.Up or TensorRole.Gate or TensorRole.Down || !string.Equals(model.Architecture, "bailingmoe3", StringComparison.Ordinal));

    /// <summary>The layer of a matrix; where layers have several of its role, it is by the name.</summary>
    private int Layer(GgufTensor tensor, ref int count)
    {
        var index = count++;
        return model.Experts > 1 ? TensorNames.LayerOf(tensor.Name) : index;
    }

    private TensorType Output(GgufTensor tensor, TensorType type) =>
        mix == MXFP4 || _isFalcon || tensor.Shape[0] % type.GetBlockSize() != 0 ? TensorType.Q8_0
        : HasLowestBits || mix == IQ3_XXS ? TensorType.Q5_K
        : type == TensorType.Q8_0 ? type
        : TensorType.Q6_K;

    private TensorType Embedding(TensorType type) => mix switch
    {
        IQ1_S or IQ1_M or IQ2_XXS or IQ2_XS => TensorType.Q2_K,
        IQ2_S or IQ2_M or IQ3_XXS => TensorType.IQ3_S,
        TQ1_0 or TQ2_0 or Q2_0 => TensorType.Q4_K,
        _ => type,
    };

    private TensorType LowestValue()
    {
        _values++;
        return model.HeadsPerKvHead >= 4 || model.Experts >= 4 ? TensorType.Q4_K : Medium;
    }

    private TensorType Value(TensorType type)
    {
        var isShared = model.HeadsPerKvHead >= 4;
        var index = _values++;
        type = mix switch
        {
            Q2_K => isShared ? TensorType.Q4_K : TensorType.Q3_K,
            Q2_K_S when isShared => TensorType.Q4_K,
            IQ3_XXS => isShared ? TensorType.Q4_K : hasImportance ? TensorType.IQ3_XXS : TensorType.IQ3_S,
            IQ3_XS or IQ3_S when isShared => TensorType.Q4_K,
            IQ3_M => TensorType.Q4_K,
            Q3_K_M => index < 2 ? TensorType.Q5_K : TensorType.Q4_K,
            Q3_K_L => TensorType.Q5_K,
            IQ4_NL or IQ4_XS when isShared => TensorType.Q5_K,
            Q4_K_M or Q5_K_M when GetsMoreBits(index, model.ValueMatrices) => TensorType.Q6_K,
            Q4_K_S when index < 4 => TensorType.Q5_K,
            _ => type,
        };
        type = model.HasSmallValues && type is TensorType.Q3_K or TensorType.Q4_K ? TensorType.Q5_K : type;
        return model.Experts == 8 ? TensorType.Q8_0 : type;
    }

    private TensorType Key(TensorType type) => mix switch
    {
        _ when model.Experts == 8 => HasLowestBits ? TensorType.Q4_K : TensorType.Q8_0,
        _ => Query(type),
    };

    private TensorType Query(TensorType type) => mix switch
    {
        IQ3_XS => TensorType.IQ3_XXS,
        IQ3_XXS => TensorType.IQ2_S,
        _ => type,
    };

    private TensorType AttentionOutput(TensorType type) => mix switch
    {
        _ when HasLowestBits && model.Experts == 8 => TensorType.Q5_K,
        IQ1_S or IQ1_M => TensorType.IQ2_XXS,
        IQ2_S or IQ2_M => TensorType.IQ3_S,
        _ when _isFalcon => mix == Q3_K_L ? TensorType.Q4_K : type,
        Q2_K or IQ3_XS or IQ3_XXS or Q3_K_S or Q3_K_M or IQ4_NL or Q4_K_S or Q4_K_M or IQ3_S or IQ3_M or IQ4_XS
            when model.Experts == 8 => TensorType.Q5_K,
        _ when model.Experts == 8 => type,
        Q2_K => TensorType.Q3_K,
        IQ3_XXS => TensorType.IQ3_S,
        Q3_K_M or IQ3_M => TensorType.Q4_K,
        Q3_K_L => TensorType.Q5_K,
        _ => type,
    };

    private TensorType LowestDown(TensorType type) => _downs++ < model.Layers / 8 ? Medium : type;

    private TensorType Down(GgufTensor tensor, TensorType type)
    {
        var layers = model.Layers;
        var layer = Layer(tensor, ref _downs);
        var isEarly = layer < layers / 8;
        return mix switch
        {
            Q2_K => TensorType.Q3_K,
            Q2_K_S when isEarly => TensorType.Q4_K,
            IQ3_XXS when !hasImportance => isEarly ? TensorType.Q4_K : TensorType.Q3_K,
            Q3_K_M when layer < layers / 16 => TensorType.Q5_K,
            Q3_K_M => !_isFalcon || GetsMoreBits(layer, layers) ? TensorType.Q4_K : TensorType.Q3_K,
            IQ3_M when isEarly || (model.Experts == 8 && GetsMoreBits(layer, layers)) => TensorType.Q4_K,
            Q3_K_L => _isFalcon ? TensorType.Q4_K : TensorType.Q5_K,
            Q4_K_M when _isFalcon => layer < layers / 16 ? TensorType.Q6_K
                : GetsMoreBits(layer, layers) ? TensorType.Q5_K : TensorType.Q4_K,
            Q4_K_M or Q5_K_M when GetsMoreBits(layer, layers) => TensorType.Q6_K,
            IQ4_NL or IQ4_XS when isEarly && !hasImportance => TensorType.Q5_K,
            Q4_K_S when isEarly && !_isFalcon => TensorType.Q5_K,
            Q4_0 when isEarly && hasImportance => TensorType.Q4_1,
            Q5_0 when isEarly && hasImportance => TensorType.Q5_1,
            _ => type,
        };
    }

    private TensorType Middle(TensorType type, int layer) =>
        mix == IQ3_XS && layer >= model.Layers / 8 && layer < 7 * model.Layers / 8 ? TensorType.IQ3_XXS : type;
}
