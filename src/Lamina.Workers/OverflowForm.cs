using Lamina.Tokens;

namespace Lamina.Workers;

/// <summary>A <see cref="ContextOverflow"/> in a form that travels.</summary>
/// <param name="Action">What is done.</param>
/// <param name="KeepTokens">Tokens that a shift keeps.</param>
/// <param name="KeepPrompt">The beginning that a shift keeps, or null.</param>
internal sealed record OverflowForm(OverflowAction Action, int KeepTokens, Prompt? KeepPrompt)
{
    public static OverflowForm Of(ContextOverflow overflow) => new(overflow.Action, overflow.KeepTokens, overflow.KeepPrompt);

    public ContextOverflow ToOverflow() => Action switch
    {
        OverflowAction.Fail => ContextOverflow.Fail,
        OverflowAction.Shift when KeepPrompt is not null => ContextOverflow.Shift(KeepPrompt),
        OverflowAction.Shift => ContextOverflow.Shift(KeepTokens),
        _ => ContextOverflow.Stop,
    };
}
