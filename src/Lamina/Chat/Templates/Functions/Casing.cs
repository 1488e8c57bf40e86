using System.Collections.Frozen;
using System.Text;

namespace Lamina.Chat.Templates.Functions;

/// <summary>What characters become in another case; with Unicode's special casing, by which one may become several.</summary>
internal static class Casing
{
    private const string Expanded = "\u00B5=\u039C \u0131=I \u017F=S \u0345=\u0399 \u1FBE=\u0399"
        + " \u00DF=SS \u0149=\u02BCN \u01F0=J\u030C \u0390=\u0399\u0308\u0301 \u03B0=\u03A5\u0308\u0301"
        + " \u0587=\u0535\u0552 \u1E96=H\u0331 \u1E97=T\u0308 \u1E98=W\u030A \u1E99=Y\u030A \u1E9A=A\u02BE"
        + " \u1F50=\u03A5\u0313 \u1F52=\u03A5\u0313\u0300 \u1F54=\u03A5\u0313\u0301 \u1F56=\u03A5\u0313\u0342"
        + " \u1FB2=\u1FBA\u0399 \u1FB3=\u0391\u0399 \u1FB4=\u0386\u0399 \u1FB6=\u0391\u0342 \u1FB7=\u0391\u0342\u0399"
        + " \u1FBC=\u0391\u0399 \u1FC2=\u1FCA\u0399 \u1FC3=\u0397\u0399 \u1FC4=\u0389\u0399 \u1FC6=\u0397\u0342"
        + " \u1FC7=\u0397\u0342\u0399 \u1FCC=\u0397\u0399 \u1FD2=\u0399\u0308\u0300 \u1FD3=\u0399\u0308\u0301"
        + " \u1FD6=\u0399\u0342 \u1FD7=\u0399\u0308\u0342 \u1FE2=\u03A5\u0308\u0300 \u1FE3=\u03A5\u0308\u0301"
        + " \u1FE4=\u03A1\u0313 \u1FE6=\u03A5\u0342 \u1FE7=\u03A5\u0308\u0342 \u1FF2=\u1FFA\u0399 \u1FF3=\u03A9\u0399"
        + " \u1FF4=\u038F\u0399 \u1FF6=\u03A9\u0342 \u1FF7=\u03A9\u0342\u0399 \u1FFC=\u03A9\u0399 \uFB00=FF \uFB01=FI"
        + " \uFB02=FL \uFB03=FFI \uFB04=FFL \uFB05=ST \uFB06=ST \uFB13=\u0544\u0546 \uFB14=\u0544\u0535"
        + " \uFB15=\u0544\u053B \uFB16=\u054E\u0546 \uFB17=\u0544\u053D";

    private static readonly FrozenDictionary<int, string> Uppers =
        Expanded.Split(' ').ToFrozenDictionary(pair => (int)pair[0], pair => pair[2..]);

    public static string Upper(Rune rune) => Uppers.TryGetValue(rune.Value, out var upper) ? upper : rune.Value switch
    {
        >= 0x1F80 and <= 0x1F8F => Character(0x1F08 + (rune.Value & 7)) + "\u0399",
        >= 0x1F90 and <= 0x1F9F => Character(0x1F28 + (rune.Value & 7)) + "\u0399",
        >= 0x1FA0 and <= 0x1FAF => Character(0x1F68 + (rune.Value & 7)) + "\u0399",
        _ => Rune.ToUpperInvariant(rune).ToString(),
    };

    public static string Lower(Rune rune) => rune.Value switch
    {
        0x130 => "i\u0307",
        0x212A => "k",
        _ => Rune.ToLowerInvariant(rune).ToString(),
    };

    /// <summary>As the first letter of a word.</summary>
    public static string Title(Rune rune) => rune.Value switch
    {
        >= 0x1F80 and <= 0x1FAF => Character(rune.Value | 8),
        0x1FB3 or 0x1FC3 or 0x1FF3 => Character(rune.Value + 9),
        0x1FBC or 0x1FCC or 0x1FFC => rune.ToString(),
        0x1FB2 or 0x1FB4 or 0x1FB7 or 0x1FC2 or 0x1FC4 or 0x1FC7 or 0x1FF2 or 0x1FF4 or 0x1FF7 => Upper(rune)[..^1] + "\u0345",
        0xDF or 0x587 or (>= 0xFB00 and <= 0xFB17) => Upper(rune)[..1] + Upper(rune)[1..].ToLowerInvariant(),
        >= 0x1C4 and <= 0x1CC => Character(0x1C5 + ((rune.Value - 0x1C4) / 3 * 3)),
        >= 0x1F1 and <= 0x1F3 => "\u01F2",
        >= 0x10D0 and <= 0x10FF => rune.ToString(),
        _ => Upper(rune),
    };

    /// <summary>For comparing without regard to case.</summary>
    public static string Fold(Rune rune) => rune.Value switch
    {
        0x131 => rune.ToString(),
        0x1E9E => "ss",
        (>= 0x13A0 and <= 0x13FD) or (>= 0xAB70 and <= 0xABBF) => Upper(rune),
        _ => string.Concat(Upper(rune).EnumerateRunes().Select(Lower)),
    };

    private static string Character(int value) => ((char)value).ToString();
}
