namespace Lamina.Gguf.Rules;

/// <summary>State-space and convolution layers: the sizes of what they remember.</summary>
internal static class RecurrenceRules
{
    private static readonly string[] Sizes =
        ["ssm.conv_kernel", "ssm.inner_size", "ssm.state_size", "ssm.time_step_rank", "shortconv.l_cache", "wkv.head_size"];

    public static void Check(ModelHeader model)
    {
        foreach (var name in Sizes)
        {
            if (model.Metadata.TryGetUInt64(model.Key(name), out var size) && size == 0)
            {
                throw model.Fail($"'{model.Key(name)}' is 0; a layer that remembers has some size.");
            }
        }

        CheckGroups(model);
        if (model.Architecture is "jamba" or "granitehybrid" && model.UInt32("ssm.inner_size") is { } inner
            && inner != 2 * (model.UInt32("embedding_length") ?? 0))
        {
            throw model.Fail(
                $"'{model.Key("ssm.inner_size")}' is {inner}; in '{model.Architecture}' models it is twice "
                + $"'{model.Key("embedding_length")}', {model.UInt32("embedding_length")}.");
        }
    }

    private static void CheckGroups(ModelHeader model)
    {
        var isDelta = Architectures.DeltaRule.Contains(model.Architecture);
        if (!isDelta && model.Architecture is not ("mamba2" or "granitehybrid" or "nemotron_h" or "nemotron_h_moe" or "falcon-h1"))
        {
            return;
        }

        var groups = model.UInt32("ssm.group_count") ?? 0;
        var heads = model.UInt32("ssm.time_step_rank") ?? 0;
        if (groups == 0 || heads % groups != 0)
        {
            throw model.Fail(
                $"'{model.Key("ssm.group_count")}' is {groups} with {heads} heads ('{model.Key("ssm.time_step_rank")}'); it must "
                + "divide them.");
        }

        var (inner, state) = (model.UInt32("ssm.inner_size") ?? 0, model.UInt32("ssm.state_size") ?? 0);
        if (heads == 0 || inner % heads != 0 || (isDelta && inner / heads != state))
        {
            throw model.Fail(
                $"'{model.Key("ssm.inner_size")}' is {inner} with {heads} heads ('{model.Key("ssm.time_step_rank")}') and a state "
                + $"of {state}; the heads must share it evenly{(isDelta ? ", and each must be as wide as the state" : "")}.");
        }
    }
}
