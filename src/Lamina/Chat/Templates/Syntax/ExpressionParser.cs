using System.Runtime.CompilerServices;
using Lamina.Chat.Templates.Nodes;
using Lamina.Chat.Templates.Values;
using Attribute = Lamina.Chat.Templates.Nodes.Attribute;

namespace Lamina.Chat.Templates.Syntax;

/// <summary>Reads expressions. Filters bind before "~", which binds before "+".</summary>
/// <param name="tokens">Where they are read.</param>
/// <param name="onName">Told each name of a variable.</param>
internal sealed partial class ExpressionParser(TokenStream tokens, Action<string> onName)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>Whether a name stands for a value that never changes.</summary>
    public static bool IsConstant(string name) => name is "true" or "True" or "false" or "False" or "none" or "None";

    /// <summary>An expression.</summary>
    /// <param name="withConditional">Whether it may have an "if" behind it.</param>
    /// <exception cref="SyntaxFault">There is none.</exception>
    public Expression Parse(bool withConditional = true)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return withConditional ? ParseConditional() : ParseOr();
    }

    /// <summary>An expression, or several with commas between them, which are a tuple.</summary>
    /// <param name="withConditional">Whether each may have an "if" behind it.</param>
    public Expression ParseTuple(bool withConditional = true)
    {
        var items = new List<Expression>();
        var isTuple = false;
        while (!IsTupleEnd())
        {
            items.Add(Parse(withConditional));
            if (!tokens.TakeOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return isTuple ? new ListExpression(items, isTuple: true)
            : items.Count == 1 ? items[0]
            : throw new SyntaxFault(tokens.Current.At, $"an expression is expected, and there is {tokens.Current}");
    }

    /// <summary>A variable, several, or an attribute of one, to be set.</summary>
    /// <param name="withAttributes">Whether attributes can be.</param>
    public Target ParseTarget(bool withAttributes)
    {
        var parts = new List<Target>();
        var isTuple = false;
        do
        {
            if (parts.Count > 0 && (tokens.SeesName("in") || tokens.SeesOperator("=", ")")))
            {
                break;
            }

            parts.Add(ParseOneTarget(withAttributes));
            isTuple |= tokens.SeesOperator(",");
        }
        while (tokens.TakeOperator(","));

        return isTuple ? new(null, null, parts) : parts[0];
    }

    /// <summary>The filters that stand behind an expression, or in a filter block.</summary>
    /// <param name="value">The expression; null where what is filtered comes later.</param>
    /// <param name="isFirstNamed">Whether the first filter stands there without its "|".</param>
    public Filtered? ParseFilters(Expression? value, bool isFirstNamed = false)
    {
        Filtered? filtered = null;
        while (isFirstNamed || tokens.TakeOperator("|"))
        {
            isFirstNamed = false;
            var name = ParseDottedName("a filter's name");
            filtered = new(filtered ?? value, name, tokens.SeesOperator("(") ? ParseArguments() : CallArguments.None);
        }

        return filtered;
    }

    /// <summary>Arguments in brackets.</summary>
    public CallArguments ParseArguments()
    {
        tokens.ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? unpacked = null, unpackedNamed = null;
        while (!tokens.TakeOperator(")"))
        {
            var at = tokens.Current.At;
            if (tokens.TakeOperator("*"))
            {
                unpacked = unpacked is null && unpackedNamed is null ? Parse() : throw new SyntaxFault(at, "there is a '*' or '**' already");
            }
            else if (tokens.TakeOperator("**"))
            {
                unpackedNamed = unpackedNamed is null ? Parse() : throw new SyntaxFault(at, "there is a '**' already");
            }
            else if (tokens.Sees(TokenKind.Name) && tokens.Following.Is(TokenKind.Operator, "="))
            {
                var name = tokens.Next().Text;
                tokens.Next();
                named.Add((name, Parse()));
            }
            else
            {
                positional.Add(named.Count == 0 && unpackedNamed is null && unpacked is null ? Parse()
                    : throw new SyntaxFault(at, "an argument without a name stands behind one with a name"));
            }

            if (!tokens.SeesOperator(")"))
            {
                tokens.ExpectOperator(",");
            }
        }

        return new(positional, named, unpacked, unpackedNamed);
    }

    private bool IsTupleEnd() => tokens.Sees(TokenKind.OutputEnd) || tokens.Sees(TokenKind.StatementEnd) || tokens.Sees(TokenKind.End)
        || tokens.SeesOperator(")") || tokens.SeesName("recursive");

    private Target ParseOneTarget(bool withAttributes)
    {
        if (tokens.TakeOperator("("))
        {
            var inner = ParseTarget(withAttributes);
            tokens.ExpectOperator(")");
            return inner;
        }

        var name = tokens.Expect(TokenKind.Name, "a variable's name");
        if (IsConstant(name.Text) || (name.Text is "loop" && !withAttributes))
        {
            throw new SyntaxFault(name.At, $"'{name.Text}' cannot be set");
        }

        onName(name.Text);
        var attribute = withAttributes && tokens.TakeOperator(".") ? tokens.Expect(TokenKind.Name, "an attribute's name").Text : null;
        return new(name.Text, attribute, []);
    }

    private Expression ParseConditional()
    {
        var value = ParseOr();
        while (tokens.TakeName("if"))
        {
            var condition = ParseOr();
            value = new Conditional(condition, value, tokens.TakeName("else") ? Parse() : null);
        }

        return value;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (tokens.TakeName("or"))
        {
            left = new Junction(left, ParseAnd(), isAnd: false);
        }

        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (tokens.TakeName("and"))
        {
            left = new Junction(left, ParseNot(), isAnd: true);
        }

        return left;
    }

    private Expression ParseNot()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return tokens.TakeName("not") ? new Negation(ParseNot()) : ParseComparison();
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var others = new List<(string, Expression)>();
        while (true)
        {
            if (tokens.SeesOperator(Comparisons))
            {
                others.Add((tokens.Next().Text, ParseSum()));
            }
            else if (tokens.TakeName("in"))
            {
                others.Add(("in", ParseSum()));
            }
            else if (tokens.SeesName("not") && tokens.Following.Is(TokenKind.Name, "in"))
            {
                tokens.Next();
                tokens.Next();
                others.Add(("not in", ParseSum()));
            }
            else
            {
                return others.Count == 0 ? first : new Comparison(first, others);
            }
        }
    }

    private Expression ParseSum()
    {
        var left = ParseJoining();
        while (tokens.SeesOperator("+", "-"))
        {
            var sign = tokens.Next().Text;
            left = new Operation(left, ParseJoining(), sign[0] == '+' ? Operators.Add : Operators.Subtract);
        }

        return left;
    }

    private Expression ParseJoining()
    {
        var values = new List<Expression> { ParseProduct() };
        while (tokens.TakeOperator("~"))
        {
            values.Add(ParseProduct());
        }

        return values.Count == 1 ? values[0] : new Joining(values);
    }

    private Expression ParseProduct()
    {
        var left = ParsePower();
        while (tokens.SeesOperator("*", "/", "//", "%"))
        {
            var sign = tokens.Next().Text;
            var right = ParsePower();
            left = new Operation(left, right, sign switch
            {
                "*" => Operators.Multiply,
                "/" => Operators.Divide,
                "//" => Operators.FloorDivide,
                _ => Operators.Modulo,
            });
        }

        return left;
    }

    private Expression ParsePower()
    {
        var left = ParseUnary();
        while (tokens.TakeOperator("**"))
        {
            left = new Operation(left, ParseUnary(), Operators.Power);
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters = true)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = tokens.SeesOperator("-", "+")
            ? new Sign(isMinus: tokens.Next().Text[0] == '-', value: ParseUnary(withFilters: false))
            : ParsePrimary();
        value = ParsePostfix(value);
        return withFilters ? ParseFilterOrTest(value) : value;
    }

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            if (tokens.TakeOperator("."))
            {
                var token = tokens.Next();
                value = token.Kind == TokenKind.Name ? new Attribute(value, token.Text)
                    : token is { Kind: TokenKind.Number, Number: long number } ? new Item(value, new Constant(number))
                    : throw new SyntaxFault(token.At, $"an attribute's name is expected, and there is {token}");
            }
            else if (tokens.TakeOperator("["))
            {
                value = ParseSubscript(value);
            }
            else if (tokens.SeesOperator("("))
            {
                value = new Call(value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ParseSubscript(Expression value)
    {
        var start = tokens.SeesOperator(":") ? null : Parse();
        if (tokens.TakeOperator("]"))
        {
            return new Item(value, start!);
        }

        if (start is not null && tokens.SeesOperator(","))
        {
            tokens.Next();
            return new Item(value, new ListExpression([start, .. ParseItems("]")], isTuple: true));
        }

        tokens.ExpectOperator(":");
        var stop = tokens.SeesOperator(":", "]") ? null : Parse();
        var step = tokens.TakeOperator(":") && !tokens.SeesOperator("]") ? Parse() : null;
        tokens.ExpectOperator("]");
        return new Slicing(value, start, stop, step);
    }

    private Expression ParseFilterOrTest(Expression value)
    {
        while (true)
        {
            if (tokens.SeesOperator("|"))
            {
                value = ParseFilters(value)!;
            }
            else if (tokens.TakeName("is"))
            {
                value = ParseTest(value);
            }
            else if (tokens.SeesOperator("("))
            {
                value = new Call(value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ParseTest(Expression value)
    {
        var isNegative = tokens.TakeName("not");
        var name = ParseDottedName("a test's name");
        var arguments = CallArguments.None;
        if (tokens.SeesOperator("("))
        {
            arguments = ParseArguments();
        }
        else if ((tokens.Sees(TokenKind.Name) && !tokens.SeesName("else", "or", "and"))
            || tokens.Sees(TokenKind.String) || tokens.Sees(TokenKind.Number) || tokens.SeesOperator("[", "{"))
        {
            arguments = tokens.SeesName("is")
                ? throw new SyntaxFault(tokens.Current.At, "tests cannot be chained with 'is'")
                : new([ParsePostfix(ParsePrimary())], [], null, null);
        }

        var test = new Tested(value, name, arguments);
        return isNegative ? new Negation(test) : test;
    }

    private string ParseDottedName(string what)
    {
        var name = tokens.Expect(TokenKind.Name, what).Text;
        while (tokens.TakeOperator("."))
        {
            name += "." + tokens.Expect(TokenKind.Name, what).Text;
        }

        return name;
    }
}
