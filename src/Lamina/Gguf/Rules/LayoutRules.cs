namespace Lamina.Gguf.Rules;

/// <summary>The data of the tensors lies one after the other, aligned, and within the file.</summary>
internal static class LayoutRules
{
    public static void Check(GgufFile file)
    {
        if (file.DataOffset > file.Length)
        {
            throw new GgufException(
                file.Path, $"its data begins at byte {file.DataOffset}, but the file ends at byte {file.Length}. It is cut short.");
        }

        var room = file.Length - file.DataOffset;
        var expected = 0L;
        foreach (var tensor in file.Tensors)
        {
            if (tensor.Offset != expected)
            {
                throw new GgufException(
                    file.Path,
                    $"tensor '{tensor.Name}' starts at byte {tensor.Offset} of the data; after the one before it must be {expected}.");
            }

            if (tensor.Size > room - tensor.Offset)
            {
                throw new GgufException(
                    file.Path,
                    $"tensor '{tensor.Name}' takes {tensor.Size} bytes from byte {file.DataOffset + tensor.Offset}, but the file "
                    + $"ends at byte {file.Length}. It is cut short; get it again.");
            }

            expected = Math.Min(GgufParser.Align(tensor.Offset + tensor.Size, file.Alignment), long.MaxValue);
        }
    }
}
