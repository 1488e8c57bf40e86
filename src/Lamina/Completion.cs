using System.Collections.Immutable;
using Lamina.Tokens;

namespace Lamina;

/// <summary>A whole answer.</summary>
/// <param name="Text">The text, without control tokens and stop sequence.</param>
/// <param name="Tokens">The tokens generated, the one that ended the answer among them.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="Usage">Counts and times.</param>
public sealed record Completion(string Text, ImmutableArray<int> Tokens, FinishReason FinishReason, Usage Usage);
