using Lamina.Constraints;
using Lamina.Sampling;
using Microsoft.Extensions.AI;
using ToolChoice = Lamina.Chat.ToolChoice;
using ToolDescription = Lamina.Chat.ToolDescription;

namespace Lamina.Extensions.AI;

/// <summary>What <see cref="ChatOptions"/> are in Lamina's terms.</summary>
internal static class ReplySettings
{
    /// <summary>Builds a reply's options.</summary>
    /// <param name="options">The chat's; null for the defaults alone.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="defaults">With options of the generation. What the chat's are laid over, unless they bring such options themselves.</param>
    /// <exception cref="ArgumentException">A value cannot be read, or there is more than one form.</exception>
    /// <exception cref="NotSupportedException">Something is asked for that there is not.</exception>
    public static ReplyOptions Of(ChatOptions? options, IChatClient client, ReplyOptions defaults)
    {
        if (options is null)
        {
            return defaults;
        }

        Refuse(nameof(ChatOptions.ConversationId), options.ConversationId);
        Refuse(nameof(ChatOptions.ContinuationToken), options.ContinuationToken);
        var start = options.RawRepresentationFactory?.Invoke(client) as ReplyOptions ?? defaults;
        var generation = start.Generation ?? defaults.Generation!;
        var reply = start with
        {
            Generation = generation with
            {
                MaxTokens = options.MaxOutputTokens ?? generation.MaxTokens,
                Stop = options.StopSequences is { } stop ? [.. stop] : generation.Stop,
                Sampling = Sampling(options, generation.Sampling),
                Constraint = Form(options.ResponseFormat, generation.Constraint),
            },
            Tools = [.. start.Tools, .. (options.Tools ?? []).Select(Description)],
            ToolChoice = Choice(options.ToolMode, start.ToolChoice),
        };
        return reply.WithVariables(Reasoning(options.Reasoning?.Effort)).WithAdditional(options);
    }

    private static void Refuse(string property, object? value)
    {
        if (value is not null)
        {
            throw new NotSupportedException($"ChatOptions.{property} was '{value}'; nothing is kept between calls. Give all messages each time, and leave it null.");
        }
    }

    private static SamplingOptions Sampling(ChatOptions options, SamplingOptions start) => start with
    {
        Temperature = options.Temperature ?? start.Temperature,
        TopP = options.TopP ?? start.TopP,
        TopK = options.TopK ?? start.TopK,
        FrequencyPenalty = options.FrequencyPenalty ?? start.FrequencyPenalty,
        PresencePenalty = options.PresencePenalty ?? start.PresencePenalty,
        Seed = options.Seed is { } seed ? unchecked((uint)seed) : start.Seed,
    };

    private static Constraint? Form(ChatResponseFormat? format, Constraint? start) => format switch
    {
        null => start,
        ChatResponseFormatText => null,
        ChatResponseFormatJson { Schema: null } => Constraint.Json,
        ChatResponseFormatJson { Schema: { } schema } => AnswerSchema.ToConstraint(schema),
        _ => throw new NotSupportedException($"ChatOptions.ResponseFormat was a {format.GetType().Name}; it must be text or JSON."),
    };

    private static ToolDescription Description(AITool? tool) => tool is AIFunctionDeclaration function
        ? new(function.Name, function.Description, function.JsonSchema)
        : throw new NotSupportedException(
            $"ChatOptions.Tools had '{tool?.Name}', a {tool?.GetType().Name ?? "null"}; Lamina has no tools of its own. Give AIFunctionDeclaration, such as an AIFunction.");

    private static ToolChoice Choice(ChatToolMode? mode, ToolChoice start) => mode switch
    {
        null => start,
        AutoChatToolMode => ToolChoice.Auto,
        NoneChatToolMode => ToolChoice.None,
        RequiredChatToolMode { RequiredFunctionName: null } => ToolChoice.Required,
        RequiredChatToolMode { RequiredFunctionName: { } name } => ToolChoice.Tool(name),
        _ => throw new NotSupportedException($"ChatOptions.ToolMode was a {mode.GetType().Name}; it must be auto, none or required."),
    };

    /// <summary>The variables that templates have for it: most the first, some the second.</summary>
    private static KeyValuePair<string, object?>[] Reasoning(ReasoningEffort? effort) => effort switch
    {
        null => [],
        ReasoningEffort.None => [new("enable_thinking", false)],
        ReasoningEffort.Low => Think("low"),
        ReasoningEffort.Medium => Think("medium"),
        _ => Think("high"),
    };

    private static KeyValuePair<string, object?>[] Think(string effort) => [new("enable_thinking", true), new("reasoning_effort", effort)];
}
