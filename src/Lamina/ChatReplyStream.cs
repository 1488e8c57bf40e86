using System.Runtime.CompilerServices;
using System.Text;
using Lamina.Chat;
using Lamina.Chat.Replies;
using Lamina.Chat.Templates;
using Lamina.Constraints;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina;

/// <summary>Makes the prompt of a chat, and takes the reply apart as it comes.</summary>
internal sealed class ChatReplyStream
{
    private static readonly ConditionalWeakTable<ITokenizer, ChatFormat> Formats = [];

    private readonly IInferenceEngine _engine;
    private readonly ReplyOptions _options;
    private readonly ChatFormat _format;
    private readonly GenerationOptions _asked;
    private readonly GenerationOptions _generation; // with the form of calls
    private readonly bool _isReasoning;

    /// <param name="engine">An engine whose model is loaded.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">How to reply, without faults.</param>
    /// <exception cref="ArgumentException">The messages have faults.</exception>
    /// <exception cref="NotSupportedException">Tools are given, and how the model calls them is not known.</exception>
    /// <exception cref="SchemaException">A tool's schema cannot be honoured.</exception>
    /// <exception cref="TemplateException">The template fails, or refuses the messages.</exception>
    public ChatReplyStream(IInferenceEngine engine, IReadOnlyList<ChatMessage> messages, ReplyOptions options)
    {
        _engine = engine;
        _options = options;
        _format = _options.Format ?? Formats.GetValue(engine.Tokenizer, tokenizer => ChatFormat.OfModel(engine.Model, tokenizer, null, engine.LoggerOf()));
        Prompt = _format.Apply(messages, new() { Tools = _options.OfferedTools, Variables = _options.Variables });
        _isReasoning = Syntax.Reasoning is { } reasoning && Prompt.ToString().AsSpan().TrimEnd().EndsWith(reasoning.Begin.AsSpan().TrimEnd(), StringComparison.Ordinal);
        _asked = _generation = _options.Generation ?? engine.DefaultGeneration;
        if (_options.CallableTools.Count > 0)
        {
            var form = ReplyForm.Of(
                Syntax, engine.Tokenizer, _options.CallableTools, _options.ToolChoice.IsRequired, _isReasoning, _generation.Constraint);
            _generation = _generation with { Constraint = form };
        }
        else if (_generation.Constraint is { } said && Syntax.Reasoning is not null)
        {
            _generation = _generation with { Constraint = ReplyForm.AfterReasoning(Syntax, engine.Tokenizer, _isReasoning, said) };
        }
    }

    /// <summary>What the model reads.</summary>
    public Prompt Prompt { get; }

    private ReplySyntax Syntax => _format.Replies;

    /// <summary>The reply.</summary>
    public async IAsyncEnumerable<ChatReplyUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parser = new ReplyParser(Syntax, _isReasoning, readsCalls: _options.CallableTools.Count > 0);
        var (prompt, generation, thought) = (Prompt, _generation, new List<int>());
        var spent = default(Usage);
        while (true)
        {
            var isOverBudget = false;
            await foreach (var token in _engine.GenerateAsync(prompt, generation, cancellationToken).ConfigureAwait(false))
            {
                foreach (var update in parser.Append(TextOf(token)))
                {
                    yield return update;
                }

                if (token is { FinishReason: { } reason, Usage: { } usage })
                {
                    var last = parser.End(out var cutCall);
                    foreach (var update in last)
                    {
                        yield return update;
                    }

                    yield return new() { FinishReason = reason, Usage = Add(spent, usage), CutCall = cutCall };
                    yield break;
                }

                thought.Add(token.Id);
                if (_options.MaxReasoningTokens is { } most && parser.IsReasoning && thought.Count >= most)
                {
                    isOverBudget = true;
                    break;
                }
            }

            if (!isOverBudget)
            {
                throw new LaminaException("reply", "The engine ended a stream without a finish reason.");
            }

            // The reasoning is ended for the model: it goes on behind it, and all before is known already.
            var end = Prompt.FromMarkup($"\n{Syntax.Reasoning!.Value.End}\n\n");
            spent = new() { PromptTokens = 0, GeneratedTokens = thought.Count, TimeToFirstToken = default, Duration = default };
            prompt = Prompt + Prompt.FromTokens([.. thought]) + end;
            generation = WithoutReasoning(thought.Count);
            foreach (var update in parser.Append(end.ToString()))
            {
                yield return update;
            }
        }
    }

    private static Usage Add(Usage? spent, Usage usage) => spent is null
        ? usage
        : usage with { PromptTokens = usage.PromptTokens, GeneratedTokens = usage.GeneratedTokens + spent.GeneratedTokens };

    private GenerationOptions WithoutReasoning(int generated)
    {
        var said = _asked.Constraint;
        var form = _options.CallableTools.Count == 0 ? said : ReplyForm.Of(
            Syntax, _engine.Tokenizer, _options.CallableTools, _options.ToolChoice.IsRequired, isReasoning: false, said);
        return _generation with
        {
            Constraint = form,
            MaxTokens = _generation.MaxTokens is { } most ? Math.Max(1, most - generated) : null,
            MinTokens = Math.Max(0, _generation.MinTokens - generated),
        };
    }

    /// <summary>The text of a token, or the name of a control token.</summary>
    private string TextOf(Token token) =>
        token.FinishReason is null && _engine.Tokenizer.GetKind(token.Id).HasFlag(TokenKinds.Control)
            ? token.Text + Encoding.UTF8.GetString(_engine.Tokenizer.GetBytes(token.Id))
            : token.Text;
}
