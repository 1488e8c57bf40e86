using System.Text;

namespace Lamina.Chat.Templates.Functions;

/// <summary>What <c>isalpha</c> and its like say of a text.</summary>
internal static class TextTests
{
    /// <summary>Whether a text has characters, and all are of a kind.</summary>
    public static bool Has(string text, Func<Rune, bool> kind) => text.Length > 0 && text.EnumerateRunes().All(kind);

    public static bool IsPrintable(string text) => text.EnumerateRunes().All(CharacterKinds.IsPrintable);

    public static bool IsSpace(string text) => text.Length > 0 && text.All(CharacterKinds.IsSpace);

    public static bool IsName(string text)
    {
        var isFirst = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (isFirst ? !CharacterKinds.IsNameStart(rune) : !CharacterKinds.IsNamePart(rune))
            {
                return false;
            }

            isFirst = false;
        }

        return !isFirst;
    }

    public static bool IsLower(string text) => text.EnumerateRunes().Any(CharacterKinds.IsLower)
        && !text.EnumerateRunes().Any(rune => CharacterKinds.IsUpper(rune) || CharacterKinds.IsTitle(rune));

    public static bool IsUpper(string text) => text.EnumerateRunes().Any(CharacterKinds.IsUpper)
        && !text.EnumerateRunes().Any(rune => CharacterKinds.IsLower(rune) || CharacterKinds.IsTitle(rune));

    /// <summary>Whether every word begins with a large letter, and has no other.</summary>
    public static bool IsTitle(string text)
    {
        var (isWithin, isCased) = (false, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var isLarge = CharacterKinds.IsUpper(rune) || CharacterKinds.IsTitle(rune);
            if (!isLarge && !CharacterKinds.IsLower(rune))
            {
                isWithin = false;
                continue;
            }

            if (isLarge == isWithin)
            {
                return false;
            }

            (isWithin, isCased) = (true, true);
        }

        return isCased;
    }
}
