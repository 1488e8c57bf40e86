namespace Lamina.Tokens;

internal enum PromptSegmentKind
{
    Text,
    Markup,
    Tokens,
}
