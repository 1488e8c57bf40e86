using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lamina.Constraints.Texts;

namespace Lamina.Chat.Replies;

/// <summary>Reads calls as they come. It is lenient: of blanks, and of what stands between the parts of a call.</summary>
internal sealed class CallReader(CallSyntax syntax)
{
    /// <summary>Between a name and its arguments there is no more than this.</summary>
    private const int LongestBetween = 200;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    private bool _isAfterCall;

    public CallSyntax Syntax => syntax;

    /// <summary>What has begun the calls, until one of them is there.</summary>
    public string Begun { get; private set; } = "";

    /// <summary>Whether arguments are under way, which end with a brace or a parenthesis.</summary>
    public bool AwaitsClosing { get; private set; }

    /// <summary>Begins anew.</summary>
    /// <param name="begun">What has begun the calls.</param>
    public void Begin(string begun) => (Begun, _isAfterCall) = (begun, false);

    /// <summary>Reads on.</summary>
    /// <param name="text">What was not read yet.</param>
    /// <param name="isEnd">Whether nothing more comes.</param>
    /// <param name="call">The call, where one was found.</param>
    /// <param name="length">How much of the text was read; where it is no call, how much was looked at.</param>
    public CallStep Read(string text, bool isEnd, out ToolCall? call, out int length)
    {
        (call, AwaitsClosing) = (null, false);
        if (!TrySkip(text, out length, out var isClosed) && !isEnd)
        {
            return CallStep.Incomplete;
        }

        var end = syntax.End.Trim();
        if (isClosed && end.Length == 0)
        {
            return CallStep.End;
        }

        var rest = text.AsSpan(length);
        if (end.Length > 0 && rest.StartsWith(end, StringComparison.Ordinal))
        {
            length += end.Length;
            return CallStep.End;
        }

        if (!isEnd && (rest.IsEmpty || end.AsSpan().StartsWith(rest, StringComparison.Ordinal)))
        {
            return CallStep.Incomplete;
        }

        if (rest.IsEmpty || (_isAfterCall && !syntax.HoldsSeveral))
        {
            return CallStep.End;
        }

        var step = syntax.Shape == CallShape.Json ? ReadObject(text[length..], out call, out var read) : ReadNamed(text[length..], out call, out read);
        length += read;
        if (step == CallStep.Call)
        {
            (_isAfterCall, Begun) = (true, "");
        }

        return step;
    }

    private static ToolCall Call(string name, JsonElement arguments, string? id = null) => new(id ?? NewId(), name, arguments);

    private static string NewId() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 9);

    /// <summary>Reads a JSON value.</summary>
    /// <returns>Whether it is whole; null where it is none.</returns>
    private static bool? TryParse(string text, out JsonElement value, out int length)
    {
        (value, length) = (default, 0);
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
            if (!JsonDocument.TryParseValue(ref reader, out var document))
            {
                return false;
            }

            using (document)
            {
                value = document.RootElement.Clone();
                length = Encoding.UTF8.GetCharCount(bytes.AsSpan(0, (int)reader.BytesConsumed));
                return true;
            }
        }
        catch (JsonException)
        {
            return null; // the model may write anything
        }
    }

    /// <summary>Skips what stands between calls.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">How much to skip.</param>
    /// <param name="isClosed">Whether a list was closed.</param>
    /// <returns>Whether it is certain that no more of it comes.</returns>
    private bool TrySkip(string text, out int length, out bool isClosed)
    {
        (length, isClosed) = (0, false);
        string[] parts =
        [
            .. new[] { syntax.List.Open, syntax.List.Close, syntax.Separator, syntax.Before, _isAfterCall ? syntax.After : "" }
                .Select(part => part.Trim()).Where(part => part.Length > 0),
        ];
        while (true)
        {
            length += text.Length - length - text.AsSpan(length).TrimStart().Length;
            var rest = text[length..];
            if (Array.Find(parts, part => rest.StartsWith(part, StringComparison.Ordinal)) is not { } found)
            {
                return rest.Length > 0 && !Array.Exists(parts, part => part.StartsWith(rest, StringComparison.Ordinal));
            }

            length += found.Length;
            isClosed |= string.Equals(found, syntax.List.Close.Trim(), StringComparison.Ordinal);
        }
    }

    private CallStep ReadObject(string text, out ToolCall? call, out int length)
    {
        (call, length) = (null, 0);
        if (text[0] != '{')
        {
            return CallStep.NoCall;
        }

        var isWhole = TryParse(text, out var value, out length);
        AwaitsClosing = isWhole is false;
        if (isWhole is not true)
        {
            return isWhole is null ? CallStep.NoCall : CallStep.Incomplete;
        }

        if (!value.TryGetProperty(syntax.NameKey, out var name) || name.ValueKind != JsonValueKind.String)
        {
            return CallStep.NoCall;
        }

        var hasArguments = value.TryGetProperty(syntax.ArgumentsKey, out var arguments)
            || value.TryGetProperty("arguments", out arguments) || value.TryGetProperty("parameters", out arguments);
        if (hasArguments && arguments.ValueKind != JsonValueKind.Object)
        {
            return CallStep.NoCall;
        }

        var id = syntax.IdKey is { } key && value.TryGetProperty(key, out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        call = string.Equals(name.GetString(), syntax.TextName, StringComparison.Ordinal) ? null : Call(name.GetString()!, hasArguments ? arguments : JsonElement.Parse("{}"), id);
        return CallStep.Call;
    }

    private CallStep ReadNamed(string text, out ToolCall? call, out int length)
    {
        call = null;
        var nameLength = text.AsSpan().IndexOfAnyExcept(NameCharacters);
        length = Math.Max(nameLength, 0);
        if (nameLength <= 0)
        {
            return nameLength < 0 ? CallStep.Incomplete : CallStep.NoCall;
        }

        var name = text[..nameLength];
        if (string.Equals(name, syntax.TextName, StringComparison.Ordinal))
        {
            return CallStep.Text;
        }

        var open = text.IndexOf(syntax.Shape == CallShape.Python ? '(' : '{', nameLength);
        if (open < 0 || open - nameLength > LongestBetween)
        {
            length = Math.Min(text.Length, nameLength + LongestBetween);
            return text.Length - nameLength > LongestBetween ? CallStep.NoCall : CallStep.Incomplete;
        }

        Notation? notation = syntax.Shape switch
        {
            CallShape.Python => PythonNotation.Lenient,
            CallShape.Marked => MarkedNotation.Beginning(Encoding.UTF8.GetBytes(syntax.Mark)),
            _ => null,
        };
        var isWhole = notation is null
            ? TryParse(text[open..], out var arguments, out var read)
            : TryTranslate(notation, text[open..], out arguments, out read);
        AwaitsClosing = isWhole is false;
        length = open + read;
        call = isWhole is true ? Call(name, arguments) : null;
        return isWhole switch { true => CallStep.Call, false => CallStep.Incomplete, null => CallStep.NoCall };
    }

    private static bool? TryTranslate(Notation notation, string text, out JsonElement value, out int length)
    {
        (value, length) = (default, 0);
        var bytes = Encoding.UTF8.GetBytes(text);
        var json = new List<byte>();
        var next = notation;
        for (var at = 0; at < bytes.Length; at++)
        {
            next = next.Read(bytes[at], out var read);
            if (next is null)
            {
                return null;
            }

            json.AddRange(read);
            if (next.IsWhole)
            {
                length = Encoding.UTF8.GetCharCount(bytes.AsSpan(0, at + 1));
                return TryParse(Encoding.UTF8.GetString([.. json]), out value, out _) is true ? true : null;
            }
        }

        return false;
    }
}
