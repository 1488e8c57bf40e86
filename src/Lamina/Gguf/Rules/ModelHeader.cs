using System.Diagnostics.CodeAnalysis;

namespace Lamina.Gguf.Rules;

/// <summary>The header of a whole model as the rules see it: metadata of the first part, tensors of all parts.</summary>
internal sealed class ModelHeader
{
    private readonly GgufFile _file;
    private readonly Dictionary<string, GgufTensor> _tensors;

    public ModelHeader(GgufFile file, IReadOnlyList<GgufFile> parts)
    {
        _file = file;
        _tensors = new Dictionary<string, GgufTensor>(StringComparer.Ordinal);
        foreach (var tensor in parts.SelectMany(part => part.Tensors))
        {
            if (!_tensors.TryAdd(tensor.Name, tensor))
            {
                throw Fail($"two of its parts have a tensor named '{tensor.Name}'.");
            }
        }

        Architecture = Text("general.architecture") ?? "";
    }

    public string Architecture { get; }

    public GgufMetadata Metadata => _file.Metadata;

    public IReadOnlyCollection<GgufTensor> Tensors => _tensors.Values;

    public int Layers => (int)(UInt32("block_count") ?? 0);

    public bool TryGetTensor(string name, [MaybeNullWhen(false)] out GgufTensor tensor) =>
        _tensors.TryGetValue(name, out tensor);

    /// <summary>The full key of a hyperparameter of this architecture.</summary>
    public string Key(string name) => $"{Architecture}.{name}";

    /// <summary>A hyperparameter that is an unsigned integer of 32 bits, as all native readers want it.</summary>
    public uint? UInt32(string name) => UInt32At(Key(name));

    /// <inheritdoc cref="UInt32"/>
    public uint? UInt32At(string key)
    {
        if (!Metadata.TryGetValue(key, out var value))
        {
            return null;
        }

        return value is { IsArray: false, Type: GgufValueType.UInt32 } && value.TryGetUInt64(out var number)
            ? (uint)number
            : throw WrongType(key, value, GgufValueType.UInt32);
    }

    /// <summary>A hyperparameter that is a floating-point number of 32 bits, if there is one of that type.</summary>
    public bool TryGetFloat32(string name, out float number)
    {
        number = 0;
        if (!Metadata.TryGetValue(Key(name), out var value) || value.IsArray || value.Type != GgufValueType.Float32)
        {
            return false;
        }

        var found = value.TryGetDouble(out var wide);
        number = (float)wide;
        return found;
    }

    /// <summary>A truth value, or null when the key is missing.</summary>
    public bool? Boolean(string key)
    {
        if (!Metadata.TryGetValue(key, out var value))
        {
            return null;
        }

        return !value.IsArray && value.TryGetBoolean(out var truth)
            ? truth
            : throw WrongType(key, value, GgufValueType.Boolean);
    }

    /// <summary>A text up to its first NUL, which is where a native reader stops.</summary>
    public string? Text(string key)
    {
        if (!Metadata.TryGetValue(key, out var value))
        {
            return null;
        }

        var text = value.IsArray ? null : value.GetString();
        return text is null ? throw WrongType(key, value, GgufValueType.String) : text.Split('\0')[0];
    }

    /// <summary>A hyperparameter of each layer: an array of one number a layer, or one number for all.</summary>
    /// <returns>As many numbers as layers, or null when the key is missing.</returns>
    public uint[]? PerLayer(string name)
    {
        var key = Key(name);
        if (!Metadata.TryGetValue(key, out var value))
        {
            return null;
        }

        if (!value.IsArray)
        {
            return [.. Enumerable.Repeat(UInt32(name)!.Value, Layers)];
        }

        if (value.Type is not (GgufValueType.UInt32 or GgufValueType.Int32))
        {
            throw Fail($"'{key}' is an array of {value.Type}; it must be one of UInt32.");
        }

        if (value.Count != Layers)
        {
            throw Fail($"'{key}' has {value.Count} elements, but the model has {Layers} layers. It must have one for each.");
        }

        var numbers = new uint[value.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = value.TryGetInt64(out var number, i) && number >= 0
                ? (uint)number
                : throw Fail($"'{key}' is {number} for layer {i}; it cannot be negative.");
        }

        return numbers;
    }

    public GgufException Fail(string fault) => new(_file.Path, fault);

    private GgufException WrongType(string key, GgufValue found, GgufValueType wanted) => Fail(
        $"'{key}' is {(found.IsArray ? "an array of " : "")}{found.Type}; it must be {wanted}.");
}
