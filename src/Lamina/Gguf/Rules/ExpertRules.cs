namespace Lamina.Gguf.Rules;

/// <summary>The experts of a mixture: how many there are, how many a token uses, and how they are grouped.</summary>
internal static class ExpertRules
{
    private const uint MaxExperts = 1024;

    public static void Check(ModelHeader model)
    {
        var experts = model.UInt32("expert_count") ?? 0;
        var usedByLayer = model.PerLayer("expert_used_count") ?? [];
        var used = usedByLayer.DefaultIfEmpty().Max();
        var groups = model.UInt32("expert_group_count") ?? 0;
        if (experts <= 1 && model.Architecture is "hunyuan_vl" or "hunyuan-dense")
        {
            experts = used = 0; // these name one expert and mean none
        }

        if (experts > MaxExperts)
        {
            throw model.Fail($"'{model.Key("expert_count")}' is {experts}; at most {MaxExperts} experts are possible.");
        }

        if (experts == 0 && Architectures.Mixtures.Contains(model.Architecture))
        {
            throw model.Fail($"'{model.Key("expert_count")}' is 0 or missing; '{model.Architecture}' models have experts.");
        }

        if (string.Equals(model.Architecture, "grovemoe", StringComparison.Ordinal) && model.UInt32("experts_per_group") is 0)
        {
            throw model.Fail($"'{model.Key("experts_per_group")}' is 0; a group has some experts.");
        }

        if (used > experts || (used == 0 && experts > 0))
        {
            throw model.Fail(
                $"'{model.Key("expert_used_count")}' is {used} with {experts} experts; "
                + (experts == 0 ? "without experts it must be 0." : $"it must be from 1 to {experts}."));
        }

        var idle = Array.FindIndex(usedByLayer, count => count == 0);
        if (experts > 0 && idle >= 0 && model.TryGetTensor($"blk.{idle}.ffn_gate_inp.weight", out _))
        {
            throw model.Fail($"'{model.Key("expert_used_count")}' is 0 for layer {idle}, which has experts; it must be from 1.");
        }

        if (groups > 0)
        {
            CheckGroups(model, experts, groups);
        }
    }

    private static void CheckGroups(ModelHeader model, uint experts, uint groups)
    {
        if (groups >= experts || experts % groups != 0)
        {
            throw model.Fail(
                $"'{model.Key("expert_group_count")}' is {groups} with {experts} experts; "
                + (experts == 0 ? "without experts it must be 0." : "it must divide them and leave several in a group."));
        }

        var used = model.UInt32("expert_group_used_count") ?? 0;
        if (groups > 1 && (used == 0 || used >= groups))
        {
            throw model.Fail(
                $"'{model.Key("expert_group_used_count")}' is {used} of {groups} groups; it must be from 1 to {groups - 1}.");
        }
    }
}
