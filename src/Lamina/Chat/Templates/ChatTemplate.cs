using System.Collections.Immutable;
using Lamina.Chat.Templates.Functions;
using Lamina.Chat.Templates.Nodes;
using Lamina.Chat.Templates.Syntax;
using Lamina.Chat.Templates.Values;
using Lamina.Tokens;

namespace Lamina.Chat.Templates;

/// <summary>
/// A chat template as model files have it: Jinja 2, as Hugging Face's transformers renders it. What was typed stays apart
/// from what the template says, so that a user's text never becomes a control token.
/// </summary>
/// <remarks>
/// Immutable, so safe to use from any thread. What a template may use of Python is what Jinja's sandbox allows; a rendering
/// that takes too many steps, calls itself too deep, or puts out too much ends with an exception.
/// </remarks>
public sealed class ChatTemplate
{
    private readonly Sequence _body;

    private ChatTemplate(string source, Sequence body) => (Source, _body) = (source, body);

    /// <summary>The template, as it was given.</summary>
    public string Source { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">The template.</param>
    /// <exception cref="TemplateException">It cannot be read; line and column say where.</exception>
    public static ChatTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var text = TemplateLexer.Normalize(source);
        try
        {
            return new(source, TemplateParser.Parse(text));
        }
        catch (SyntaxFault e)
        {
            var (line, column) = Place(text, e.At);
            throw new TemplateException(line, column, e.Message, innerException: e);
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new TemplateException(0, 0, "it is nested too deep", innerException: e);
        }
    }

    /// <summary>Renders it.</summary>
    /// <param name="variables">
    /// What the template is about, by name: <c>messages</c>, <c>tools</c>, <c>add_generation_prompt</c>. Texts, numbers,
    /// truth values, null, JSON, and lists and dictionaries of these. All texts in them count as typed.
    /// </param>
    /// <param name="markup">
    /// Variables that may hold control tokens, such as <c>bos_token</c>; null for none.
    /// </param>
    /// <param name="timeProvider">What <c>strftime_now</c> looks at; null for the system's clock.</param>
    /// <returns>The prompt: markup as the template says it, and typed text.</returns>
    /// <exception cref="TemplateException">It fails, or refuses what it was given.</exception>
    /// <exception cref="ArgumentException">A variable is of a type that templates do not know.</exception>
    public Prompt Render(
        IReadOnlyDictionary<string, object?> variables,
        IReadOnlyDictionary<string, string>? markup = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var run = new TemplateRun((timeProvider ?? TimeProvider.System).GetLocalNow());
        var scope = new Scope(null, run);
        foreach (var (name, value) in Globals.All)
        {
            scope.Set(name, value);
        }

        scope.Set("namespace", TemplateNamespace.Create);
        foreach (var (name, value) in variables)
        {
            scope.Set(name, Value.From(value, isTyped: true, $"{nameof(variables)}['{name}']"));
        }

        foreach (var (name, value) in markup ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            scope.Set(name, (Text)value);
        }

        return ToPrompt(Render(scope.Inner(), run));
    }

    private static Prompt ToPrompt(Text text)
    {
        var segments = ImmutableArray.CreateBuilder<PromptSegment>();
        var at = 0;
        foreach (var (start, end) in text.Typed)
        {
            Add(PromptSegmentKind.Markup, start);
            Add(PromptSegmentKind.Text, end);
        }

        Add(PromptSegmentKind.Markup, text.Value.Length);
        return new(segments.ToImmutable());

        void Add(PromptSegmentKind kind, int end)
        {
            if (end > at)
            {
                segments.Add(new(kind, text.Value[at..end], []));
                at = end;
            }
        }
    }

    private Text Render(Scope scope, TemplateRun run)
    {
        try
        {
            return _body.Capture(scope);
        }
        catch (TemplateFault e)
        {
            var (line, _) = Place(TemplateLexer.Normalize(Source), run.At);
            throw new TemplateException(line, 0, e.Message, e.IsRaised, e);
        }
        catch (InsufficientExecutionStackException e)
        {
            var (line, _) = Place(TemplateLexer.Normalize(Source), run.At);
            throw new TemplateException(line, 0, "maximum recursion depth exceeded", innerException: e);
        }
    }

    private static (int Line, int Column) Place(string text, int at)
    {
        var before = text.AsSpan(0, Math.Min(at, text.Length));
        return (before.Count('\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + 1);
    }
}
