using System.Globalization;

namespace Lamina.Gguf.Rules;

/// <summary>A model may be split into files <c>name-00001-of-0000N.gguf</c>; all must be there.</summary>
internal static class SplitRules
{
    private const string NumberKey = "split.no";
    private const string CountKey = "split.count";
    private const string TensorCountKey = "split.tensors.count";

    public static IReadOnlyList<GgufFile> ReadParts(GgufFile first, CancellationToken cancellationToken)
    {
        if (UInt16(first, CountKey) is not (> 1 and var count))
        {
            return [first];
        }

        var number = UInt16(first, NumberKey)
            ?? throw new GgufException(first.Path, $"it is one of {count} parts of a model, but '{NumberKey}' is missing.");
        var suffix = Suffix(number, count);
        if (!first.Path.EndsWith(suffix, StringComparison.Ordinal) || first.Path.Length == suffix.Length)
        {
            throw new GgufException(
                first.Path, $"it is part {number + 1} of {count} of a model, so its name must end in '{suffix}'.");
        }

        var prefix = first.Path[..^suffix.Length];
        if (number != 0)
        {
            throw new GgufException(
                first.Path, $"it is part {number + 1} of {count} of a model. Give the first, '{prefix}{Suffix(0, count)}'.");
        }

        List<GgufFile> parts = [first];
        for (var i = 1; i < count; i++)
        {
            parts.Add(ReadPart(first, prefix + Suffix(i, count), i, cancellationToken));
        }

        CheckTensorCount(first, parts);
        return parts;
    }

    private static GgufFile ReadPart(GgufFile first, string path, int index, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new GgufException(first.Path, $"the model is split, and its part {index + 1}, '{path}', is missing.");
        }

        var part = GgufFile.Read(path, cancellationToken);
        var number = UInt16(part, NumberKey);
        return number == index
            ? part
            : throw new GgufException(
                path, $"'{NumberKey}' is {(number is null ? "missing" : number)}; for this part it must be {index}.");
    }

    private static void CheckTensorCount(GgufFile first, List<GgufFile> parts)
    {
        var found = parts.Sum(part => part.Tensors.Length);
        if (!first.Metadata.TryGetInt64(TensorCountKey, out var wanted) || wanted != found)
        {
            throw new GgufException(
                first.Path, $"its parts have {found} tensors together, but '{TensorCountKey}' says {wanted}.");
        }
    }

    /// <summary>How the name of a part ends.</summary>
    /// <param name="index">Which part, from 0.</param>
    /// <param name="count">How many there are.</param>
    public static string Suffix(int index, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"-{index + 1:00000}-of-{count:00000}.gguf");

    private static int? UInt16(GgufFile file, string key)
    {
        if (!file.Metadata.TryGetValue(key, out var value))
        {
            return null;
        }

        return value is { IsArray: false, Type: GgufValueType.UInt16 } && value.TryGetInt64(out var number)
            ? (int)number
            : throw new GgufException(file.Path, $"'{key}' is {value} ({value.Type}); it must be UInt16.");
    }
}
