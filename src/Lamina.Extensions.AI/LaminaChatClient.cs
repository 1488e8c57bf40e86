using System.Runtime.CompilerServices;
using Lamina.Runtime;
using Lamina.Tokens;
using Microsoft.Extensions.AI;
using LaminaMessage = Lamina.Chat.ChatMessage;

namespace Lamina.Extensions.AI;

/// <summary>Replies to chats with an engine.</summary>
/// <param name="engine">The engine.</param>
/// <param name="defaults">How to reply where a call does not say.</param>
/// <param name="ownsEngine">Whether the engine is disposed of with this.</param>
/// <param name="time">Tells when replies are made.</param>
internal sealed class LaminaChatClient(IInferenceEngine engine, ReplyOptions defaults, bool ownsEngine, TimeProvider time) : IChatClient
{
    private string? ModelName
    {
        get
        {
            try
            {
                return engine.Model.Name;
            }
            catch (InvalidOperationException)
            {
                return null; // an engine of a container that is not loaded yet
            }
        }
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        var response = updates.ToChatResponse();
        response.RawRepresentation = updates[^1].RawRepresentation;
        return response;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var history = ChatHistory.Of(messages, options?.Instructions);
        var reply = ReplySettings.Of(options, this, defaults with { Generation = defaults.Generation ?? engine.DefaultGeneration });
        return StreamAsync(
            history,
            reply,
            withReasoning: options?.Reasoning?.Output != ReasoningOutput.None,
            onlyOneCall: options?.AllowMultipleToolCalls == false,
            cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("lamina", providerUri: null, ModelName)
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(engine) ? engine
            : serviceType == typeof(ITokenizer) && ModelName is not null ? engine.Tokenizer
            : null;
    }

    public void Dispose()
    {
        if (ownsEngine)
        {
            engine.Dispose();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<LaminaMessage> history,
        ReplyOptions reply,
        bool withReasoning,
        bool onlyOneCall,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (ModelName is null)
        {
            await engine.EmbedAsync([], cancellationToken: cancellationToken).ConfigureAwait(false); // loads it
        }

        var updates = new ResponseUpdates(engine.Model.Name, time.GetUtcNow(), withReasoning, onlyOneCall);

        // What ends after the first call ends with its usage.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var settings = reply with
        {
            Generation = reply.Generation! with { OnCancel = onlyOneCall ? CancellationBehavior.Finish : CancellationBehavior.Throw },
        };
        await foreach (var part in engine.StreamReplyAsync(history, settings, enough.Token).ConfigureAwait(false))
        {
            if (part.FinishReason == FinishReason.Cancelled)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (updates.Next(part) is { } update)
            {
                yield return update;
            }

            if (updates.IsEnough)
            {
                await enough.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
