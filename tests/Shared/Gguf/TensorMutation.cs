using Lamina.Gguf;

namespace Lamina.TestSupport.Gguf;

/// <summary>Changes to the list of tensors. Each method makes one and says which.</summary>
internal sealed class TensorMutation(GgufImage image, Random random)
{
    private static readonly TensorType[] Types = Enum.GetValues<TensorType>();

    public string ChangeType()
    {
        if (!TryPick(out var tensor))
        {
            return "no tensors";
        }

        tensor.Type = random.Next(12) == 0 ? (TensorType)random.Next(-1, 50) : Types[random.Next(Types.Length)];
        FitData(tensor);
        return $"{tensor.Name} as {tensor.Type}";
    }

    public string ChangeShape()
    {
        if (!TryPick(out var tensor) || tensor.Shape.Length == 0)
        {
            return "no tensors";
        }

        switch (random.Next(5))
        {
            case 0: Array.Reverse(tensor.Shape); break;
            case 1: tensor.Shape = [.. tensor.Shape, random.Next(3)]; break;
            case 2: tensor.Shape = tensor.Shape[..^1]; break;
            case 3: tensor.Shape = [tensor.ElementCount]; break;
            default:
                var length = random.Next(4) == 0 ? (long)Interesting.Count(random) : random.Next(70);
                tensor.Shape[random.Next(tensor.Shape.Length)] = length;
                break;
        }

        if (random.Next(4) > 0)
        {
            FitData(tensor);
        }

        return $"{tensor.Name} with shape {string.Join('x', tensor.Shape)}";
    }

    public string ChangeList()
    {
        if (!TryPick(out var tensor) || !TryPick(out var other))
        {
            return "no tensors";
        }

        switch (random.Next(6))
        {
            case 0:
                image.Tensors.Remove(tensor);
                return $"drop {tensor.Name}";
            case 1:
                image.Tensors.Add(tensor);
                return $"duplicate {tensor.Name}";
            case 2:
                (tensor.Name, other.Name) = (other.Name, tensor.Name);
                return $"swap {tensor.Name} and {other.Name}";
            case 3:
                tensor.Offset = (long)Interesting.Count(random);
                return $"{tensor.Name} at {tensor.Offset}";
            case 4:
                var name = Hyperparameters.OptionalTensors[random.Next(Hyperparameters.OptionalTensors.Length)];
                var width = image.Tensors[0].Shape is [var first, ..] and not [] ? first : 8;
                image.Tensors.Add(ImageTensor.Create(name, TensorType.F32, random.Next(3) == 0 ? 8 : width));
                return $"add {name}";
            default:
                tensor.Name += random.Next(2) == 0 ? "\0" : "x";
                return $"rename {tensor.Name}";
        }
    }

    /// <summary>Replaces one length by another in every shape and every hyperparameter, so that all still fits.</summary>
    public string ChangeWidthEverywhere()
    {
        if (!TryPick(out var tensor) || tensor.Shape.Length == 0)
        {
            return "no tensors";
        }

        var before = tensor.Shape[random.Next(tensor.Shape.Length)];
        long[] lengths = [0, 1, 2, 3, 5, 7, 8, 12, 16, 24, 33, 40, 64, before / 2, before - 1, before + 1, before + 32];
        var after = lengths[random.Next(lengths.Length)];
        foreach (var found in image.Tensors.Where(found => found.Shape.Contains(before)))
        {
            found.Shape = [.. found.Shape.Select(length => length == before ? after : length)];
            FitData(found);
        }

        for (var i = 0; i < image.Metadata.Count; i++)
        {
            if (image.Metadata[i].Value is uint number && number == before)
            {
                image.Metadata[i] = new(image.Metadata[i].Key, (uint)after);
            }
        }

        return $"{after} for {before} everywhere";
    }

    private bool TryPick(out ImageTensor tensor)
    {
        tensor = image.Tensors.Count > 0 ? image.Tensors[random.Next(image.Tensors.Count)] : null!;
        return image.Tensors.Count > 0;
    }

    private static void FitData(ImageTensor tensor)
    {
        if (!tensor.Type.IsKnown() || tensor.Shape.Any(length => length is < 0 or > 1 << 20) || tensor.ElementCount > 1 << 24)
        {
            return; // as it is: the header lies
        }

        var data = new byte[tensor.SizeOfShape()];
        tensor.Data.AsSpan(0, Math.Min(data.Length, tensor.Data.Length)).CopyTo(data);
        tensor.Data = data;
    }
}
