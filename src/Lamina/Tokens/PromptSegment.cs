using System.Collections.Immutable;

namespace Lamina.Tokens;

internal readonly record struct PromptSegment(PromptSegmentKind Kind, string Text, ImmutableArray<int> Tokens);
