using Lamina.Chat.Templates.Nodes;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Syntax;

/// <content>What stands for itself: names, texts, numbers, and what is in brackets.</content>
internal sealed partial class ExpressionParser
{
    private Expression ParsePrimary()
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.String:
                var text = token.Text;
                while (tokens.Sees(TokenKind.String))
                {
                    text += tokens.Next().Text;
                }

                return new Constant((Text)text);
            case TokenKind.Number:
                return new Constant(token.Number);
            case TokenKind.Operator when token.Text is "(":
                return ParseBracketed();
            case TokenKind.Operator when token.Text is "[":
                return new ListExpression(ParseItems("]"), isTuple: false);
            case TokenKind.Operator when token.Text is "{":
                return ParseDictionary();
            default:
                throw new SyntaxFault(token.At, $"an expression is expected, and there is {token}");
        }
    }

    private Expression ParseName(TemplateToken token)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new Constant(true);
            case "false" or "False":
                return new Constant(false);
            case "none" or "None":
                return new Constant(null);
            default:
                onName(token.Text);
                return new Variable(token.Text);
        }
    }

    private Expression ParseBracketed()
    {
        if (tokens.TakeOperator(")"))
        {
            return new ListExpression([], isTuple: true);
        }

        var inner = ParseTuple();
        tokens.ExpectOperator(")");
        return inner;
    }

    private List<Expression> ParseItems(string end)
    {
        var items = new List<Expression>();
        while (!tokens.TakeOperator(end))
        {
            items.Add(Parse());
            if (!tokens.SeesOperator(end))
            {
                tokens.ExpectOperator(",");
            }
        }

        return items;
    }

    private DictionaryExpression ParseDictionary()
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.TakeOperator("}"))
        {
            var key = Parse();
            tokens.ExpectOperator(":");
            entries.Add((key, Parse()));
            if (!tokens.SeesOperator("}"))
            {
                tokens.ExpectOperator(",");
            }
        }

        return new(entries);
    }
}
