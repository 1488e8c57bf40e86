using System.Runtime.CompilerServices;
using Lamina.Chat.Templates.Nodes;

namespace Lamina.Chat.Templates.Syntax;

/// <summary>Reads templates.</summary>
internal sealed class TemplateParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;

    /// <summary>The names in each macro that is being read, the innermost last.</summary>
    private readonly Stack<HashSet<string>> _names = new();

    /// <summary>What each open statement may be ended or divided by, the innermost last.</summary>
    private readonly Stack<string[]> _ends = new();

    private int _loops;

    private TemplateParser(TokenStream tokens)
    {
        _tokens = tokens;
        _expressions = new(tokens, name =>
        {
            foreach (var names in _names)
            {
                names.Add(name);
            }
        });
    }

    /// <exception cref="SyntaxFault">It cannot be read.</exception>
    public static Sequence Parse(string source)
    {
        var parser = new TemplateParser(new(TemplateLexer.Read(source)));
        return parser.ParseBody();
    }

    /// <summary>Statements up to one of some names, which is left to be read.</summary>
    private Sequence ParseBody(params string[] ends)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _ends.Push(ends);
        var statements = new List<Statement>();
        while (!_tokens.Sees(TokenKind.End))
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new Data(token.At, token.Text));
                    break;
                case TokenKind.OutputBegin:
                    statements.Add(new Output(token.At, _expressions.ParseTuple()));
                    _tokens.Expect(TokenKind.OutputEnd, "'}}'");
                    break;
                default:
                    if (_tokens.SeesName(ends))
                    {
                        _ends.Pop();
                        return new(statements);
                    }

                    statements.Add(ParseStatement(token.At));
                    break;
            }
        }

        _ends.Pop();
        return ends.Length == 0 ? new(statements) : throw new SyntaxFault(
            _tokens.Current.At, $"the template ends where '{string.Join("' or '", ends)}' is expected");
    }

    private Statement ParseStatement(int at)
    {
        var name = _tokens.Expect(TokenKind.Name, "a statement's name");
        switch (name.Text)
        {
            case "if":
                return ParseIf(at);
            case "for":
                return ParseFor(at);
            case "set":
                return ParseSet(at);
            case "macro":
                return ParseMacro(at);
            case "call":
                return ParseCall(at);
            case "filter":
                return ParseFilter(at);
            case "with":
                return ParseWith(at);
            case "print":
                var printed = _expressions.ParseTuple();
                EndStatement();
                return new Output(at, printed);
            case "break" or "continue" when _loops > 0:
                EndStatement();
                return new Jump(at, name.Text is "break" ? Flow.Break : Flow.Continue);
            case "block":
                var block = _tokens.Expect(TokenKind.Name, "the block's name").Text;
                return ParseEnclosed(at, name.Text, block);
            case "generation":
                return ParseEnclosed(at, name.Text, null);
            case "autoescape":
                return ParseAutoescape(at);
            case "include" or "import" or "extends" or "from":
                while (!_tokens.Sees(TokenKind.StatementEnd))
                {
                    _tokens.Next();
                }

                EndStatement();
                return new Refusal(at, $"'{name.Text}' is not supported: a chat template stands alone");
            default:
                var expected = _ends.Peek();
                throw new SyntaxFault(name.At, $"there is no statement '{name.Text}' here"
                    + (expected.Length > 0 ? $"; what is open is ended by '{string.Join("' or '", expected)}'" : ""));
        }
    }

    private void EndStatement() => _tokens.Expect(TokenKind.StatementEnd, "'%}'");

    /// <summary>Ends a statement by its own end.</summary>
    private void End(string name)
    {
        _tokens.ExpectName(name);
        EndStatement();
    }

    /// <summary>A part of the template that means nothing more here, in a scope of its own.</summary>
    private With ParseEnclosed(int at, string name, string? title)
    {
        EndStatement();
        var body = ParseBody("end" + name);
        _tokens.ExpectName("end" + name);
        if (title is not null)
        {
            _tokens.TakeName(title);
        }

        EndStatement();
        return new(at, [], body);
    }

    /// <summary>Chat templates are no HTML: what asks for escapes is refused once it is reached.</summary>
    private If ParseAutoescape(int at)
    {
        var condition = _expressions.Parse();
        var body = ParseEnclosed(at, "autoescape", null);
        return new If(at, [(condition, new([new Refusal(at, "'autoescape' is not supported")]))], new([body]));
    }

    private If ParseIf(int at)
    {
        var branches = new List<(Expression, Sequence)>();
        do
        {
            var condition = _expressions.ParseTuple(withConditional: false);
            EndStatement();
            branches.Add((condition, ParseBody("elif", "else", "endif")));
        }
        while (_tokens.TakeName("elif"));

        Sequence? otherwise = null;
        if (_tokens.TakeName("else"))
        {
            EndStatement();
            otherwise = ParseBody("endif");
        }

        End("endif");
        return new(at, branches, otherwise);
    }

    private For ParseFor(int at)
    {
        var target = _expressions.ParseTarget(withAttributes: false);
        _tokens.ExpectName("in");
        var items = _expressions.ParseTuple(withConditional: false);
        var condition = _tokens.TakeName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.TakeName("recursive");
        EndStatement();
        _loops++;
        var body = ParseBody("else", "endfor");
        _loops--;
        Sequence? otherwise = null;
        if (_tokens.TakeName("else"))
        {
            EndStatement();
            otherwise = ParseBody("endfor");
        }

        End("endfor");
        return new(at, target, items, condition, body, otherwise, isRecursive);
    }

    private Statement ParseSet(int at)
    {
        var target = _expressions.ParseTarget(withAttributes: true);
        if (_tokens.TakeOperator("="))
        {
            var value = _expressions.ParseTuple();
            EndStatement();
            return new Set(at, target, value);
        }

        var filter = _expressions.ParseFilters(value: null);
        EndStatement();
        var body = ParseBody("endset");
        End("endset");
        return new SetBlock(at, target, filter, body);
    }

    private MacroDefinition ParseMacro(int at)
    {
        var name = _tokens.Expect(TokenKind.Name, "the macro's name").Text;
        return ParseDefinition(at, name, "endmacro", ParseParameters());
    }

    private MacroDefinition ParseDefinition(
        int at, string name, string end, IReadOnlyList<(string Name, Expression? Default)> parameters)
    {
        EndStatement();
        var names = new HashSet<string>(StringComparer.Ordinal);
        _names.Push(names);
        var loops = _loops;
        _loops = 0;
        var body = ParseBody(end);
        _loops = loops;
        _names.Pop();
        End(end);
        return new(at, name, parameters, body, names);
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        _tokens.ExpectOperator("(");
        while (!_tokens.TakeOperator(")"))
        {
            var parameter = _tokens.Expect(TokenKind.Name, "a parameter's name");
            if (ExpressionParser.IsConstant(parameter.Text) || parameters.Exists(other => string.Equals(other.Name, parameter.Text, StringComparison.Ordinal)))
            {
                throw new SyntaxFault(parameter.At, $"'{parameter.Text}' cannot be a parameter, or is one already");
            }

            var fallback = _tokens.TakeOperator("=") ? _expressions.Parse() : null;
            if (fallback is null && parameters.Exists(other => other.Default is not null))
            {
                throw new SyntaxFault(parameter.At, $"the parameter '{parameter.Text}' has no default, and stands behind one that has");
            }

            parameters.Add((parameter.Text, fallback));
            if (!_tokens.SeesOperator(")"))
            {
                _tokens.ExpectOperator(",");
            }
        }

        return parameters;
    }

    private CallBlock ParseCall(int at)
    {
        var parameters = _tokens.SeesOperator("(") ? ParseParameters() : [];
        var call = _expressions.Parse() as Call ?? throw new SyntaxFault(at, "a call is expected");
        return new(at, call, ParseDefinition(at, "caller", "endcall", parameters));
    }

    private FilterBlock ParseFilter(int at)
    {
        var filter = _expressions.ParseFilters(value: null, isFirstNamed: true)!;
        EndStatement();
        var body = ParseBody("endfilter");
        End("endfilter");
        return new(at, filter, body);
    }

    private With ParseWith(int at)
    {
        var variables = new List<(Target, Expression)>();
        while (!_tokens.Sees(TokenKind.StatementEnd))
        {
            if (variables.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            var target = _expressions.ParseTarget(withAttributes: false);
            _tokens.ExpectOperator("=");
            variables.Add((target, _expressions.Parse()));
        }

        EndStatement();
        var body = ParseBody("endwith");
        End("endwith");
        return new(at, variables, body);
    }
}
