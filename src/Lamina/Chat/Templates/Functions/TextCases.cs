using System.Text;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Texts in another case. What is typed stays typed, character for character.</summary>
internal static class TextCases
{
    private const int Sigma = 0x3A3;

    public static Text Upper(Text text) => Ascii.IsValid(text.Value)
        ? text.Map(static value => value.ToUpperInvariant())
        : Change(text, static (_, rune) => Casing.Upper(rune));

    public static Text Lower(Text text) => Ascii.IsValid(text.Value)
        ? text.Map(static value => value.ToLowerInvariant())
        : Change(text, (at, rune) => LowerAt(text.Value, at, rune));

    public static Text Fold(Text text) => Change(text, static (_, rune) => Casing.Fold(rune));

    public static Text Swap(Text text) => Change(text, (at, rune) =>
        CharacterKinds.IsUpper(rune) ? LowerAt(text.Value, at, rune)
        : CharacterKinds.IsLower(rune) ? Casing.Upper(rune)
        : rune.ToString());

    /// <summary>The first character as at the beginning of a word, the others in lower case.</summary>
    public static Text Capitalize(Text text) =>
        Change(text, (at, rune) => at == 0 ? Casing.Title(rune) : LowerAt(text.Value, at, rune));

    /// <summary>Every word with its first letter large: what follows a character without case begins one.</summary>
    public static Text Title(Text text)
    {
        var isWithin = false;
        return Change(text, (at, rune) =>
        {
            var changed = isWithin ? LowerAt(text.Value, at, rune) : Casing.Title(rune);
            isWithin = CharacterKinds.IsCased(rune);
            return changed;
        });
    }

    /// <summary>Jinja's title: words begin after white space, hyphens and opening brackets only.</summary>
    public static Text TitleWords(Text text)
    {
        var first = 0;
        return Change(text, (at, rune) =>
        {
            var isFirst = at == first;
            if (rune.IsBmp && ((char)rune.Value is '-' or '(' or '{' or '[' or '<' || CharacterKinds.IsSpace((char)rune.Value)))
            {
                first = at + 1;
            }

            return isFirst ? Casing.Upper(rune) : LowerAt(text.Value, at, rune);
        }).As(markup: false);
    }

    /// <summary>In lower case; a sigma that ends a word is written another way.</summary>
    private static string LowerAt(string text, int at, Rune rune) =>
        rune.Value != Sigma ? Casing.Lower(rune)
        : IsAfterCased(text, at) && !IsBeforeCased(text, at + 1) ? "\u03C2" : "\u03C3";

    private static bool IsAfterCased(string text, int at)
    {
        while (at > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            if (!CharacterKinds.IsCaseIgnorable(rune))
            {
                return CharacterKinds.IsCased(rune);
            }

            at -= length;
        }

        return false;
    }

    private static bool IsBeforeCased(string text, int at)
    {
        while (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune))
        {
            if (!CharacterKinds.IsCaseIgnorable(rune))
            {
                return CharacterKinds.IsCased(rune);
            }

            at += rune.Utf16SequenceLength;
        }

        return false;
    }

    private static Text Change(Text text, Func<int, Rune, string> change)
    {
        var builder = new TextBuilder();
        for (var i = 0; i < text.Value.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text.Value, i, out var rune);
            var part = text.Slice(i, isRune ? rune.Utf16SequenceLength : 1);
            builder.Append(isRune ? Text.Of(change(i, rune), part.IsTyped) : part);
            i += part.Value.Length;
        }

        return builder.ToText(text.IsMarkup);
    }
}
