using System.Globalization;
using System.Text;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Kinds of characters, as Python sorts them.</summary>
internal static class CharacterKinds
{
    public static bool IsSpace(char character) => character is (>= '\t' and <= '\r') or (>= '\u001C' and <= ' ') or '\u0085' or '\u00A0'
        or '\u1680' or (>= '\u2000' and <= '\u200A') or '\u2028' or '\u2029' or '\u202F' or '\u205F' or '\u3000';

    /// <summary>Whether a line ends with it.</summary>
    public static bool IsLineEnd(char character) =>
        character is (>= '\n' and <= '\r') or (>= '\u001C' and <= '\u001E') or '\u0085' or '\u2028' or '\u2029';

    public static bool IsUpper(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter
        || rune.Value is (>= 0x2160 and <= 0x216F) or (>= 0x24B6 and <= 0x24CF) or (>= 0x1F130 and <= 0x1F149)
            or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    public static bool IsLower(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.LowercaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2B0 and <= 0x2B8) or 0x2C0 or 0x2C1 or (>= 0x2E0 and <= 0x2E4) or 0x345 or 0x37A
            or (>= 0x1D2C and <= 0x1D6A) or 0x1D78 or (>= 0x1D9B and <= 0x1DBF) or 0x2071 or 0x207F or (>= 0x2090 and <= 0x209C)
            or (>= 0x2170 and <= 0x217F) or (>= 0x24D0 and <= 0x24E9) or 0x2C7C or 0x2C7D or 0xA69C or 0xA69D or 0xA770 or 0xA7F8
            or 0xA7F9 or (>= 0xAB5C and <= 0xAB5F) or 0x10780 or (>= 0x10783 and <= 0x10785) or (>= 0x10787 and <= 0x107B0)
            or (>= 0x107B2 and <= 0x107BA);

    public static bool IsTitle(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    /// <summary>Whether it is of any case.</summary>
    public static bool IsCased(Rune rune) => IsLower(rune) || IsUpper(rune) || IsTitle(rune);

    /// <summary>Whether the case of what surrounds it is seen past it, as with accents and apostrophes.</summary>
    public static bool IsCaseIgnorable(Rune rune) => rune.Value is '\'' or '.' or ':' or 0xB7 or 0x2018 or 0x2019 or 0x2024 or 0x2027
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    public static bool IsAlpha(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter
        or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter;

    public static bool IsDecimal(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    public static bool IsDigit(Rune rune) => IsDecimal(rune) || CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0;

    public static bool IsNumeric(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber || Rune.GetNumericValue(rune) >= 0;

    public static bool IsAlphanumeric(Rune rune) => IsAlpha(rune) || IsNumeric(rune);

    /// <summary>Whether words are made of it.</summary>
    public static bool IsWord(Rune rune) => rune.Value == '_' || IsAlphanumeric(rune);

    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    /// <summary>Whether a name can begin with it.</summary>
    public static bool IsNameStart(Rune rune) => rune.Value is '_' or 0x1885 or 0x1886 or 0x2118 or 0x212E
        || ((IsAlpha(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.LetterNumber)
            && rune.Value is not (0x37A or 0xE33 or 0xEB3 or 0x2E2F or 0xFF9E or 0xFF9F));

    /// <summary>Whether a name can go on with it.</summary>
    public static bool IsNamePart(Rune rune) => IsNameStart(rune)
        || rune.Value is 0xB7 or 0x387 or (>= 0x1369 and <= 0x1371) or 0x19DA or 0xE33 or 0xEB3 or 0xFF9E or 0xFF9F
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;
}
