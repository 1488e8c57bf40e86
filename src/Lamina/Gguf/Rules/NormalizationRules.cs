namespace Lamina.Gguf.Rules;

/// <summary>What is added below the root when activations are normalised keeps it from being 0.</summary>
internal static class NormalizationRules
{
    private static readonly string[] Epsilons =
        ["attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.group_norm_epsilon"];

    public static void Check(ModelHeader model)
    {
        foreach (var name in Epsilons)
        {
            if (model.TryGetFloat32(name, out var value) && !(float.IsFinite(value) && value >= 0))
            {
                throw model.Fail($"'{model.Key(name)}' is {value}; it must be a small number that is not negative, such as 1e-05.");
            }
        }
    }
}
