using System.Text.Json;
using Lamina.Chat;
using Lamina.Validation;

namespace Lamina;

/// <summary>How a chat is replied to. Immutable; values that are not set keep their defaults.</summary>
public sealed record ReplyOptions
{
    /// <summary>
    /// When to stop and how to sample. Its <see cref="GenerationOptions.Constraint"/> is the form of what is said; calls have
    /// their own beside it. Default: null, the engine's defaults.
    /// </summary>
    public GenerationOptions? Generation { get; init; }

    /// <summary>The tools that the model may call. Default: none.</summary>
    public IReadOnlyList<ToolDescription> Tools { get; init; } = [];

    /// <summary>Whether tools are called. Default: the model decides.</summary>
    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>
    /// The most tokens that the model may think, at least 1; then its reasoning is ended for it, and it answers. Default:
    /// null, as many as it likes.
    /// </summary>
    public int? MaxReasoningTokens { get; init; }

    /// <summary>Further variables of the template, such as <c>enable_thinking</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>How the model is given a chat. Default: null, as its file says.</summary>
    public ChatFormat? Format { get; init; }

    /// <summary>The tools that the model is told of.</summary>
    internal IReadOnlyList<ToolDescription> OfferedTools => ToolChoice == ToolChoice.None ? [] : Tools;

    /// <summary>The tools that the model may call.</summary>
    internal IReadOnlyList<ToolDescription> CallableTools =>
        ToolChoice.Name is { } name ? [.. OfferedTools.Where(tool => string.Equals(tool.Name, name, StringComparison.Ordinal))] : OfferedTools;

    internal IEnumerable<string> Faults()
    {
        const string owner = nameof(ReplyOptions);
        var faults = Fault.OutOfRange(owner, nameof(MaxReasoningTokens), MaxReasoningTokens, 1, int.MaxValue).ToList();
        if (Tools is null || Tools.Any(tool => tool is null || string.IsNullOrEmpty(tool.Name)))
        {
            faults.Add($"{owner}.{nameof(Tools)} was null, or a tool in it was null or had no name.");
            return faults;
        }

        faults.AddRange(Tools.GroupBy(tool => tool.Name, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => $"{owner}.{nameof(Tools)} had '{group.Key}' {group.Count()} times; each tool needs a name of its own."));
        faults.AddRange(Tools.Where(tool => !tool.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            .Select(tool => $"{owner}.{nameof(Tools)} had the name '{tool.Name}'; names are of letters, digits, '_', '-' and '.'."));
        faults.AddRange(Tools.Where(tool => tool.Parameters.ValueKind != JsonValueKind.Object)
            .Select(tool => $"{owner}.{nameof(Tools)} had '{tool.Name}' with parameters that are {tool.Parameters.ValueKind}; they must be a JSON Schema, an object."));
        if (ToolChoice is null)
        {
            faults.Add($"{owner}.{nameof(ToolChoice)} was null; leave it out, so that the model decides.");
        }
        else if (ToolChoice.IsRequired && !Tools.Any(tool => ToolChoice.Name is null || string.Equals(tool.Name, ToolChoice.Name, StringComparison.Ordinal)))
        {
            faults.Add($"{owner}.{nameof(ToolChoice)} was {ToolChoice}, and no such tool was among {nameof(Tools)}.");
        }

        return faults;
    }
}
