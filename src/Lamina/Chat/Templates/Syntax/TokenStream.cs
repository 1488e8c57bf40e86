namespace Lamina.Chat.Templates.Syntax;

/// <summary>Tokens, one after another.</summary>
internal sealed class TokenStream(IReadOnlyList<TemplateToken> tokens)
{
    private int _at;

    public TemplateToken Current => tokens[_at];

    public TemplateToken Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public TemplateToken Next() => Current.Kind == TokenKind.End ? Current : tokens[_at++];

    public bool Sees(TokenKind kind) => Current.Kind == kind;

    public bool SeesName(params ReadOnlySpan<string> names) => Sees(TokenKind.Name) && names.Contains(Current.Text);

    public bool SeesOperator(params ReadOnlySpan<string> operators) => Sees(TokenKind.Operator) && operators.Contains(Current.Text);

    /// <summary>Goes past a certain name.</summary>
    /// <returns>Whether it was there.</returns>
    public bool TakeName(string name) => Take(SeesName(name));

    /// <summary>Goes past a certain operator.</summary>
    /// <returns>Whether it was there.</returns>
    public bool TakeOperator(string text) => Take(SeesOperator(text));

    /// <summary>Takes a token of a kind.</summary>
    /// <exception cref="SyntaxFault">There is another.</exception>
    public TemplateToken Expect(TokenKind kind, string what) =>
        Sees(kind) ? Next() : throw new SyntaxFault(Current.At, $"{what} is expected, and there is {Current}");

    /// <inheritdoc cref="Expect(TokenKind, string)"/>
    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text))
        {
            throw new SyntaxFault(Current.At, $"'{text}' is expected, and there is {Current}");
        }
    }

    /// <inheritdoc cref="Expect(TokenKind, string)"/>
    public void ExpectName(string text)
    {
        if (!TakeName(text))
        {
            throw new SyntaxFault(Current.At, $"'{text}' is expected, and there is {Current}");
        }
    }

    private bool Take(bool isThere)
    {
        _at += isThere ? 1 : 0;
        return isThere;
    }
}
