namespace Lamina.Gguf.Rules;

/// <summary>State-space and convolution layers: the sizes of what they remember.</summary>
internal static class RecurrenceRules
{
    private static readonly string[] Sizes =
        ["ssm.conv_kernel", "ssm.inner_size", "ssm.state_size", "shortconv.l_cache", "wkv.head_size"];

    public static void Check(ModelHeader model)
    {
        foreach (var name in Sizes)
        {
            if (model.UInt32(name) is 0)
            {
                throw model.Fail($"'{model.Key(name)}' is 0; a layer that remembers has some size.");
            }
        }
    }
}
