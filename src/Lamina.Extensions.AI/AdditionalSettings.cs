using System.Collections.Frozen;
using Lamina.Constraints;
using Lamina.Sampling;
using Microsoft.Extensions.AI;

namespace Lamina.Extensions.AI;

/// <summary>Lamina's own options among a chat's additional properties.</summary>
internal static class AdditionalSettings
{
    private static readonly FrozenDictionary<string, Func<ReplyOptions, AdditionalValue, ReplyOptions>> Readers =
        new Dictionary<string, Func<ReplyOptions, AdditionalValue, ReplyOptions>>(StringComparer.Ordinal)
        {
            [ChatOptionKeys.MinP] = Sampling((sampling, value) => sampling with { MinP = value.ToNumber() }),
            [ChatOptionKeys.TypicalP] = Sampling((sampling, value) => sampling with { TypicalP = value.ToNumber() }),
            [ChatOptionKeys.TopNSigma] = Sampling((sampling, value) => sampling with { TopNSigma = value.ToNumber() }),
            [ChatOptionKeys.XtcProbability] = Sampling((sampling, value) => sampling with { XtcProbability = value.ToNumber() }),
            [ChatOptionKeys.XtcThreshold] = Sampling((sampling, value) => sampling with { XtcThreshold = value.ToNumber() }),
            [ChatOptionKeys.RepetitionPenalty] = Sampling((sampling, value) => sampling with { RepetitionPenalty = value.ToNumber() }),
            [ChatOptionKeys.DryMultiplier] = Sampling((sampling, value) => sampling with { DryMultiplier = value.ToNumber() }),
            [ChatOptionKeys.MinTokens] = Generation((generation, value) => generation with { MinTokens = value.ToWholeNumber() }),
            [ChatOptionKeys.BannedPhrases] = Generation((generation, value) => generation with { BannedPhrases = value.ToTexts() }),
            [ChatOptionKeys.Priority] = Generation((generation, value) => generation with { Priority = value.ToWholeNumber() }),
            [ChatOptionKeys.Tenant] = Generation((generation, value) => generation with { Tenant = value.ToText() }),
            [ChatOptionKeys.Grammar] = Form(value => Constraint.Grammar(value.ToText())),
            [ChatOptionKeys.Regex] = Form(value => Constraint.Regex(value.ToText())),
            [ChatOptionKeys.Choices] = Form(value => Constraint.Choice(value.ToTexts())),
            [ChatOptionKeys.MaxReasoningTokens] = (reply, value) => reply with { MaxReasoningTokens = value.ToWholeNumber() },
            [ChatOptionKeys.TemplateVariables] = (reply, value) => reply.WithVariables(value.ToVariables()),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] Forms = [ChatOptionKeys.Grammar, ChatOptionKeys.Regex, ChatOptionKeys.Choices];

    /// <summary>Puts what is known of a chat's additional properties into its options.</summary>
    /// <param name="reply">The options.</param>
    /// <param name="options">The chat's.</param>
    /// <exception cref="ArgumentException">A value cannot be read, or there is more than one form.</exception>
    public static ReplyOptions WithAdditional(this ReplyOptions reply, ChatOptions options)
    {
        if (options.AdditionalProperties is not { } properties)
        {
            return reply;
        }

        string[] forms =
        [
            .. options.ResponseFormat is ChatResponseFormatJson ? [nameof(ChatOptions.ResponseFormat)] : Array.Empty<string>(),
            .. Forms.Where(key => properties.TryGetValue(key, out var form) && form is not null),
        ];
        if (forms.Length > 1)
        {
            throw new ArgumentException($"ChatOptions had {string.Join(" and ", forms)}; what is said can have one form.", nameof(options));
        }

        foreach (var (key, value) in properties)
        {
            if (value is not null && Readers.TryGetValue(key, out var read))
            {
                reply = Read(key, value, read);
            }
        }

        return reply;

        ReplyOptions Read(string key, object value, Func<ReplyOptions, AdditionalValue, ReplyOptions> read)
        {
            try
            {
                return read(reply, new(value));
            }
            catch (FormatException e)
            {
                throw new ArgumentException($"ChatOptions.AdditionalProperties had '{key}' as '{value}', a {value.GetType().Name}. {e.Message}", nameof(options), e);
            }
        }
    }

    /// <summary>Adds variables of the template, which replace those of the same name.</summary>
    public static ReplyOptions WithVariables(this ReplyOptions reply, IEnumerable<KeyValuePair<string, object?>> variables)
    {
        var all = new Dictionary<string, object?>(reply.Variables, StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            all[name] = value;
        }

        return reply with { Variables = all };
    }

    private static Func<ReplyOptions, AdditionalValue, ReplyOptions> Generation(Func<GenerationOptions, AdditionalValue, GenerationOptions> set) =>
        (reply, value) => reply with { Generation = set(reply.Generation!, value) };

    private static Func<ReplyOptions, AdditionalValue, ReplyOptions> Sampling(Func<SamplingOptions, AdditionalValue, SamplingOptions> set) =>
        Generation((generation, value) => generation with { Sampling = set(generation.Sampling, value) });

    private static Func<ReplyOptions, AdditionalValue, ReplyOptions> Form(Func<AdditionalValue, Constraint> make) =>
        Generation((generation, value) => generation with { Constraint = make(value) });
}
