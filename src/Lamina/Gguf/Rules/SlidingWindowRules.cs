namespace Lamina.Gguf.Rules;

/// <summary>Where a model has a sliding window, some of its layers use it.</summary>
internal static class SlidingWindowRules
{
    private const string Window = "attention.sliding_window";
    private const string Pattern = "attention.sliding_window_pattern";

    public static void Check(ModelHeader model)
    {
        // Two networks have a window of their own where the file names none.
        var window = model.UInt32(Window) ?? (model.Architecture is "gemma2" or "llama4" ? 1u : 0u);
        if (window == 0 || !model.Metadata.TryGetValue(model.Key(Pattern), out var pattern))
        {
            return;
        }

        var isUsed = pattern.IsArray
            ? Enumerable.Range(0, pattern.Count).Any(i => IsSet(pattern, i))
            : !Architectures.PeriodicWindow.Contains(model.Architecture)
                || !pattern.TryGetInt64(out var period)
                || (period != 1 && !(model.Layers == 1 && model.Architecture is "cohere2moe" or "laguna" or "smallthinker"));
        if (!isUsed)
        {
            throw model.Fail(
                $"'{model.Key(Window)}' is {window}, but by '{model.Key(Pattern)}', {pattern}, no layer has a window. Drop the "
                + "window, or give it to some layers: a period of 6 makes every sixth layer see all.");
        }
    }

    private static bool IsSet(GgufValue pattern, int layer) =>
        (pattern.TryGetBoolean(out var truth, layer) && truth) || (pattern.TryGetInt64(out var number, layer) && number != 0);
}
