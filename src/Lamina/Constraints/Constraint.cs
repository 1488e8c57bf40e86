using System.Text.Json;
using Lamina.Constraints.Grammars;
using Lamina.Constraints.Json;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints;

/// <summary>
/// The form that an answer has to have. Whatever is generated under it has that form, if it comes to its end: where the
/// most tokens come first, it is a beginning of it.
/// </summary>
/// <remarks>
/// <para>Immutable, so safe to use from any thread and in any number of requests at once. Make one once, and keep it.</para>
/// <para>
/// The token that the samplers choose is checked; only where it cannot come are all tokens checked, and the samplers asked
/// again among those that can. Text that must come is put there without a step of its own for each token.
/// </para>
/// </remarks>
public sealed class Constraint
{
    private readonly string _description;

    internal Constraint(TextState start, string description, ConstraintSource? source = null)
    {
        Start = start;
        Source = source;
        _description = description;
    }

    /// <summary>Any JSON value.</summary>
    public static Constraint Json { get; } = new(SchemaCompiler.Compile(JsonElement.Parse("true")), "JSON", new(ConstraintKind.JsonSchema, ["true"]));

    internal TextState Start { get; }

    /// <summary>What makes it again elsewhere; null where nothing can.</summary>
    internal ConstraintSource? Source { get; }

    /// <summary>JSON that is valid by a JSON Schema, of draft 2020-12, 2019-09, 7, 6 or 4 as its <c>$schema</c> says.</summary>
    /// <remarks>
    /// All keywords that say something of values are honoured, <c>format</c> among them. Members come in any order, none of
    /// them twice; one space may follow a comma or a colon, and there is no other space. Whole numbers are written without
    /// a fraction where nothing else is right. References lead to places in the same document.
    /// </remarks>
    /// <param name="schema">The schema, as JSON.</param>
    /// <exception cref="JsonException"><paramref name="schema"/> is no JSON.</exception>
    /// <exception cref="SchemaException">
    /// The schema is wrong, nothing is valid by it, or it asks for what is not supported: <c>$recursiveRef</c>, the format
    /// <c>idn-hostname</c>, patterns that are not regular, documents elsewhere.
    /// </exception>
    public static Constraint JsonSchema(string schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        using var document = JsonDocument.Parse(schema, new() { MaxDepth = SchemaDocument.DepthLimit });
        return JsonSchema(document.RootElement);
    }

    /// <inheritdoc cref="JsonSchema(string)"/>
    public static Constraint JsonSchema(JsonElement schema) =>
        new(SchemaCompiler.Compile(schema.Clone()), "JSON Schema", new(ConstraintKind.JsonSchema, [schema.GetRawText()]));

    /// <summary>A text that a regular expression matches from its beginning to its end.</summary>
    /// <remarks>
    /// .NET's expressions, as far as they are regular: alternatives, groups, classes, <c>\d \w \s</c>, <c>\p{L}</c> and other
    /// general categories, repetition, anchors, and lookahead outside of groups. Not supported: back references, lookbehind,
    /// word boundaries, lookahead within groups, options, class subtraction.
    /// </remarks>
    /// <param name="pattern">The expression.</param>
    /// <exception cref="ArgumentException">The expression is wrong or not supported, or matches nothing.</exception>
    public static Constraint Regex(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        try
        {
            var automaton = PatternAutomaton.Whole(pattern, PatternDialect.DotNet);
            return automaton.CanBeRight(TextAutomaton.Start)
                ? new(new PatternText(automaton), $"regex {pattern}", new(ConstraintKind.Regex, [pattern]))
                : throw new ArgumentException($"No text matches '{pattern}'.", nameof(pattern));
        }
        catch (PatternFault e)
        {
            throw new ArgumentException($"'{pattern}' cannot be used: {e.Message}.", nameof(pattern), e);
        }
    }

    /// <summary>A text that a grammar in llama.cpp's form, GBNF, produces.</summary>
    /// <remarks>
    /// Rules <c>name ::= …</c> of texts in quotes, classes, <c>.</c>, rules, groups, <c>|</c>, <c>* + ? {n,m}</c> and
    /// <c>#</c> comments. Not supported: single tokens, left recursion.
    /// </remarks>
    /// <param name="grammar">The grammar.</param>
    /// <param name="root">The name of the rule that the answer is to be.</param>
    /// <exception cref="GrammarException">The grammar is wrong or not supported, or produces nothing.</exception>
    public static Constraint Grammar(string grammar, string root = "root")
    {
        ArgumentNullException.ThrowIfNull(grammar);
        ArgumentException.ThrowIfNullOrEmpty(root);
        return new(GrammarReader.Read(grammar, root).Start, "grammar", new(ConstraintKind.Grammar, [grammar, root]));
    }

    /// <summary>One of some texts, and nothing else.</summary>
    /// <param name="choices">The texts: at least one, none of them empty.</param>
    /// <exception cref="ArgumentException">There are none, or one is null or empty.</exception>
    public static Constraint Choice(params IReadOnlyList<string> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices.Count > 0 && !choices.Any(string.IsNullOrEmpty)
            ? new(
                new PatternText(PatternAutomaton.OneOf(choices)),
                $"one of {choices.Count} texts",
                new(ConstraintKind.Choice, [.. choices]))
            : throw new ArgumentException("The choices were none, or one was null or empty; give texts of at least one character.", nameof(choices));
    }

    /// <summary>What it is.</summary>
    public override string ToString() => _description;
}
