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
    private readonly Prompt _prompt;
    private readonly ReplyOptions _options;
    private readonly ReplySyntax _syntax;
    private readonly GenerationOptions _asked;
    private readonly GenerationOptions _generation; // with the form of calls
    private readonly bool _isReasoning;

    /// <param name="engine">An engine whose model is loaded.</param>
    /// <param name="prompt">What <see cref="PromptOf"/> has made.</param>
    /// <param name="options">How to reply, without faults.</param>
    /// <exception cref="SchemaException">A tool's schema cannot be honoured.</exception>
    public ChatReplyStream(IInferenceEngine engine, Prompt prompt, ReplyOptions options)
    {
        (_engine, _prompt, _options) = (engine, prompt, options);
        _syntax = FormatOf(engine, options).Replies;
        _isReasoning = _syntax.Reasoning is { } reasoning
            && prompt.ToString().AsSpan().TrimEnd().EndsWith(reasoning.Begin.AsSpan().TrimEnd(), StringComparison.Ordinal);
        _asked = options.Generation ?? engine.DefaultGeneration;
        _generation = _asked with { Constraint = FormOf(_isReasoning) };
    }

    /// <summary>What the model reads.</summary>
    /// <param name="engine">An engine whose model is loaded.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">How to reply, without faults.</param>
    /// <exception cref="ArgumentException">The messages have faults.</exception>
    /// <exception cref="NotSupportedException">Tools are given, and how the model calls them is not known.</exception>
    /// <exception cref="TemplateException">The template fails, or refuses the messages.</exception>
    public static Prompt PromptOf(IInferenceEngine engine, IReadOnlyList<ChatMessage> messages, ReplyOptions options) =>
        FormatOf(engine, options).Apply(messages, new() { Tools = options.OfferedTools, Variables = options.Variables });

    /// <summary>The reply.</summary>
    public async IAsyncEnumerable<ChatReplyUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parser = new ReplyParser(_syntax, _isReasoning, readsCalls: _options.CallableTools.Count > 0);
        var (prompt, generation) = (_prompt, _generation);
        var clock = new ReplyClock();
        while (true)
        {
            var thought = new List<int>();
            var isOverBudget = false;
            await foreach (var token in _engine.GenerateAsync(prompt, generation, cancellationToken).ConfigureAwait(false))
            {
                clock.OnToken();
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

                    yield return new() { FinishReason = reason, Usage = clock.Total(usage), CutCall = cutCall };
                    yield break;
                }

                thought.Add(token.Id);
                isOverBudget = parser.IsReasoning && thought.Count >= _options.MaxReasoningTokens;
                if (isOverBudget)
                {
                    break;
                }
            }

            if (!isOverBudget)
            {
                throw new LaminaException("reply", "The engine ended a stream without a finish reason.");
            }

            // The reasoning is ended for the model: it goes on behind it, and all before is known already.
            var end = Prompt.FromMarkup($"\n{_syntax.Reasoning!.Value.End}\n\n");
            var ended = Prompt.FromTokens([.. thought]) + end;
            clock.OnEnded(thought.Count, _engine.Tokenizer.Encode(ended, withPrefix: false).Length);
            prompt += ended;
            generation = generation with
            {
                Constraint = FormOf(isReasoning: false),
                MaxTokens = generation.MaxTokens is { } most ? Math.Max(1, most - thought.Count) : null,
                MinTokens = Math.Max(0, generation.MinTokens - thought.Count),
            };
            foreach (var update in parser.Append(end.ToString()))
            {
                yield return update;
            }
        }
    }

    private static ChatFormat FormatOf(IInferenceEngine engine, ReplyOptions options) => options.Format
        ?? Formats.GetValue(engine.Tokenizer, tokenizer => ChatFormat.OfModel(engine.Model, tokenizer, null, engine.LoggerOf()));

    /// <summary>The form of what comes: calls as their tools want them, and what is said as it was asked for.</summary>
    private Constraint? FormOf(bool isReasoning) => _options.CallableTools.Count > 0
        ? ReplyForm.Of(_syntax, _engine.Tokenizer, _options.CallableTools, _options.ToolChoice.IsRequired, isReasoning, _asked.Constraint)
        : _asked.Constraint is { } said && _syntax.Reasoning is not null
            ? ReplyForm.AfterReasoning(_syntax, _engine.Tokenizer, isReasoning, said)
            : _asked.Constraint;

    /// <summary>The text of a token, or the name of a control token.</summary>
    private string TextOf(Token token) =>
        token.FinishReason is null && _engine.Tokenizer.GetKind(token.Id).HasFlag(TokenKinds.Control)
            ? token.Text + Encoding.UTF8.GetString(_engine.Tokenizer.GetBytes(token.Id))
            : token.Text;
}
