namespace Lamina.Gguf.Rules;

/// <summary>What single kinds of tokenizers need of their vocabularies.</summary>
internal static class TokenizerRules
{
    private const int ByteType = 6;
    private const int MaxSuffixedBytes = 1024;

    public static void Check(ModelHeader model, string kind, GgufValue tokens)
    {
        SpecialTokenRules.Check(model, kind, tokens.Count);
        switch (kind)
        {
            case "bert":
                CheckNoBytes(model, tokens.Count);
                break;
            case "rwkv":
                CheckFirstBytes(model, tokens);
                break;
            case "t5":
                CharacterMapRules.Check(model);
                break;
            case "plamo2":
                CheckLengths(model, tokens);
                break;
        }
    }

    private static void CheckNoBytes(ModelHeader model, int tokens)
    {
        var types = model.Metadata.GetArray("tokenizer.ggml.token_type");
        for (var i = 0; i < tokens && types is not null; i++)
        {
            if (types.TryGetInt64(out var type, i) && type == ByteType)
            {
                throw model.Fail($"token {i} stands for a byte ('tokenizer.ggml.token_type' is {ByteType}); word pieces do not.");
            }
        }
    }

    // Every end of every token goes into a table, in time that grows with the cube of the length.
    private static void CheckLengths(ModelHeader model, GgufValue tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens.GetUtf8(i).Length is > MaxSuffixedBytes and var length)
            {
                throw model.Fail(
                    $"token {i} is {length} bytes long; in vocabularies of this kind ('plamo2') {MaxSuffixedBytes} are the most.");
            }
        }
    }

    // The longest token is looked for byte by byte; without one that ends at the first byte the search never ends.
    private static void CheckFirstBytes(ModelHeader model, GgufValue tokens)
    {
        Span<int> users = stackalloc int[256];
        Span<bool> isToken = stackalloc bool[256];
        users.Fill(-1);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (TryReadFirst(tokens.GetUtf8(i), out var first, out var isAll))
            {
                users[first] = i;
                isToken[first] |= isAll;
            }
        }

        for (var value = 0; value < users.Length; value++)
        {
            if (users[value] >= 0 && !isToken[value])
            {
                throw model.Fail(
                    $"token {users[value]} begins with the byte 0x{value:X2}, which is no token itself; in vocabularies of this "
                    + "kind ('rwkv') it must be.");
            }
        }
    }

    // Texts are escaped: \t \n \r, \x and two hexadecimal digits, and \ before anything else.
    private static bool TryReadFirst(ReadOnlySpan<byte> text, out byte first, out bool isAll)
    {
        var end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        (first, var used) = text switch
        {
            [(byte)'\\', (byte)'x', var high, var low, ..] => ((byte)((Digit(high) << 4) + Digit(low)), 4),
            [(byte)'\\', (byte)'x', ..] => (default, 0),
            [(byte)'\\', (byte)'t', ..] => ((byte)'\t', 2),
            [(byte)'\\', (byte)'n', ..] => ((byte)'\n', 2),
            [(byte)'\\', (byte)'r', ..] => ((byte)'\r', 2),
            [(byte)'\\', var escaped, ..] => (escaped, 2),
            [(byte)'\\'] => (default, 0),
            [var plain, ..] => (plain, 1),
            _ => (default, 0),
        };
        isAll = used == text.Length;
        return used > 0;
    }

    private static int Digit(byte digit) => digit >= 'a' ? digit - 'a' + 10 : digit - '0';
}
