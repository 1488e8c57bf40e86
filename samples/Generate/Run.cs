using Lamina.Runtime;
using Lamina.Tokens;

namespace Generate;

/// <summary>What came of it.</summary>
internal sealed record Run(
    Arguments Arguments,
    ModelInfo Model,
    string Text,
    IReadOnlyList<int> Tokens,
    FinishReason FinishReason,
    Usage Usage,
    TimeSpan LoadTime);
