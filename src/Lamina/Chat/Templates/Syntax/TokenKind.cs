namespace Lamina.Chat.Templates.Syntax;

/// <summary>What a token of a template is.</summary>
internal enum TokenKind
{
    /// <summary>Text that is put out as it is.</summary>
    Data,

    /// <summary><c>{{</c>.</summary>
    OutputBegin,

    /// <summary><c>}}</c>.</summary>
    OutputEnd,

    /// <summary><c>{%</c>.</summary>
    StatementBegin,

    /// <summary><c>%}</c>.</summary>
    StatementEnd,

    /// <summary>A name or a keyword.</summary>
    Name,

    /// <summary>A string, without its quotes.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator or a bracket.</summary>
    Operator,

    /// <summary>The template's end.</summary>
    End,
}
