using Lamina.Chat;
using Lamina.Runtime;
using Microsoft.Extensions.AI;

namespace Lamina.Extensions.AI;

/// <summary>Engines as chat clients.</summary>
public static class InferenceEngineChatClientExtensions
{
    /// <summary>
    /// An engine as an <see cref="IChatClient"/>, to be used from several threads at once and decorated. It gives the engine,
    /// its <see cref="ITokenizer"/> and a <see cref="ChatClientMetadata"/> when asked for such a service.
    /// </summary>
    /// <remarks>
    /// <para>
    /// <see cref="ChatOptions"/> of a call are laid over the defaults, or over the <see cref="ReplyOptions"/> that their
    /// <see cref="ChatOptions.RawRepresentationFactory"/> returns. <see cref="ChatOptions.Instructions"/> come before the text
    /// of a system message that is first. Of <see cref="ChatOptions.Seed"/> the lower 32 bits count;
    /// <see cref="ChatOptions.StopSequences"/> replace those of the defaults, <see cref="ChatOptions.Tools"/> are added to
    /// theirs. By the schema of a <see cref="ChatOptions.ResponseFormat"/> objects have the properties that it names and no
    /// others, unless it says more of them. <see cref="ReasoningOptions.Effort"/> sets the template's variables <c>enable_thinking</c> and
    /// <c>reasoning_effort</c>; <see cref="ReasoningOutput.None"/> leaves out what is thought. Where
    /// <see cref="ChatOptions.AllowMultipleToolCalls"/> is false the reply ends with its first call.
    /// <see cref="ChatOptionKeys"/> names what <see cref="ChatOptions.AdditionalProperties"/> may hold. Not looked at are
    /// <see cref="ChatOptions.ModelId"/>, for there is one model, and <see cref="ChatOptions.AllowBackgroundResponses"/>.
    /// </para>
    /// <para>
    /// Messages hold text, reasoning, and calls and results of functions. A result that is a text is given as it is, all else
    /// as JSON; an exception without a result by its message.
    /// </para>
    /// <para>
    /// A reply ends with <see cref="ChatFinishReason.Length"/> where it is not whole: too many tokens, a call that was cut, a
    /// form that nothing could keep. <see cref="ChatResponse.RawRepresentation"/> is the last <see cref="ChatReplyUpdate"/>,
    /// which says which and has the times; that of each update is its own.
    /// </para>
    /// </remarks>
    /// <param name="engine">The engine, on a model that generates text.</param>
    /// <param name="defaults">How to reply where a call does not say; null for the engine's defaults.</param>
    /// <param name="ownsEngine">Whether the engine is disposed of with the client. Default: false.</param>
    /// <param name="timeProvider">Tells when replies are made; null for the system's clock.</param>
    /// <returns>
    /// The client. Its calls fail as <see cref="InferenceEngineChatExtensions.StreamReplyAsync"/> does; with
    /// <see cref="NotSupportedException"/> for other content, tools that are no <see cref="AIFunctionDeclaration"/>, and a
    /// <see cref="ChatOptions.ConversationId"/> or <see cref="ChatOptions.ContinuationToken"/>; and with
    /// <see cref="OperationCanceledException"/> when cancelled, whatever the defaults say.
    /// </returns>
    public static IChatClient AsChatClient(
        this IInferenceEngine engine, ReplyOptions? defaults = null, bool ownsEngine = false, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new LaminaChatClient(engine, defaults ?? new(), ownsEngine, timeProvider ?? TimeProvider.System);
    }
}
