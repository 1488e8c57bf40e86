using System.Runtime.CompilerServices;
using Lamina.Chat;
using Lamina.Chat.Templates;
using Lamina.Constraints;
using Lamina.Validation;
using Microsoft.Extensions.Logging;

namespace Lamina;

/// <summary>Chats, for every engine.</summary>
public static class InferenceEngineChatExtensions
{
    /// <summary>Replies to a chat, part by part: what is said, what is thought, which tools are called.</summary>
    /// <remarks>
    /// The model is given the messages by its own template, and tools are called in the form that the template asks for. What
    /// is said is free; the arguments of calls fit the schemas of their tools from the first token on. Nothing that the
    /// messages hold becomes a control token.
    /// </remarks>
    /// <param name="engine">The engine.</param>
    /// <param name="messages">The messages, at least one, the oldest first.</param>
    /// <param name="options">How to reply; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reply at once.</param>
    /// <returns>A stream whose last part carries the finish reason and the usage. Leaving it early cancels.</returns>
    /// <exception cref="ArgumentException">The messages or the options have faults, all of which the message lists.</exception>
    /// <exception cref="NotSupportedException">
    /// The model does not generate text; or tools are given, and it calls them in a form that is not known.
    /// </exception>
    /// <exception cref="SchemaException">A tool's schema cannot be honoured.</exception>
    /// <exception cref="TemplateException">The template fails, or refuses the messages.</exception>
    /// <exception cref="ContextFullException">The messages are longer than the context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed; the engine goes on.</exception>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    public static IAsyncEnumerable<ChatReplyUpdate> StreamReplyAsync(
        this IInferenceEngine engine,
        IReadOnlyList<ChatMessage> messages,
        ReplyOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(messages);
        options ??= new();
        Fault.Throw(options.Faults(), nameof(options));
        return StreamAsync(engine, messages, options, cancellationToken);
    }

    /// <summary>Replies to a chat.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="messages">The messages, at least one, the oldest first.</param>
    /// <param name="options">How to reply; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reply at once.</param>
    /// <returns>The reply, whole.</returns>
    /// <inheritdoc cref="StreamReplyAsync" path="/remarks"/>
    /// <inheritdoc cref="StreamReplyAsync" path="/exception"/>
    public static Task<ChatReply> ReplyAsync(
        this IInferenceEngine engine,
        IReadOnlyList<ChatMessage> messages,
        ReplyOptions? options = null,
        CancellationToken cancellationToken = default) =>
        ChatReply.ReadAsync(engine.StreamReplyAsync(messages, options, cancellationToken), cancellationToken);

    /// <summary>Where an engine's log lines go; null where that is not known.</summary>
    internal static ILogger? LoggerOf(this IInferenceEngine engine) => engine switch
    {
        InferenceEngine own => own.Logger,
        DeferredEngine deferred => deferred.Logger,
        _ => null,
    };

    private static async IAsyncEnumerable<ChatReplyUpdate> StreamAsync(
        IInferenceEngine engine, IReadOnlyList<ChatMessage> messages, ReplyOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await engine.WaitForModelAsync(cancellationToken).ConfigureAwait(false);
        var prompt = ChatReplyStream.PromptOf(engine, messages, options);
        await foreach (var update in new ChatReplyStream(engine, prompt, options).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    /// <summary>Waits for an engine that still loads: only then it says what its model is.</summary>
    internal static Task WaitForModelAsync(this IInferenceEngine engine, CancellationToken cancellationToken) =>
        engine.EmbedAsync([], cancellationToken: cancellationToken); // no texts, but it reaches through whatever wraps the engine
}
