using System.Runtime.InteropServices;

namespace Lamina.Chat.Templates.Syntax;

/// <summary>A token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a string what it stands for.</param>
/// <param name="At">Where it begins in the template.</param>
/// <param name="Number">The number that it is, or null.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int At, object? Number = null)
{
    /// <summary>Whether it is a certain name or operator.</summary>
    public bool Is(TokenKind kind, string text) => Kind == kind && string.Equals(Text, text, StringComparison.Ordinal);

    public override string ToString() => Kind switch
    {
        TokenKind.Data => "text",
        TokenKind.End => "the end of the template",
        TokenKind.StatementEnd => "the end of the statement",
        TokenKind.OutputEnd => "the end of the output",
        TokenKind.String => $"the string '{Text}'",
        _ => $"'{Text}'",
    };
}
