namespace Lamina.Gguf.Rules;

/// <summary>Rotary positions: how many dimensions turn, how fast, and how that is scaled for long texts.</summary>
internal static class RopeRules
{
    public static void Check(ModelHeader model)
    {
        var scaling = model.Text(model.Key("rope.scaling.type"));
        if (scaling is not (null or "none" or "linear" or "yarn" or "longrope"))
        {
            throw model.Fail(
                $"'{model.Key("rope.scaling.type")}' is '{scaling}'; it must be one of none, linear, yarn, longrope.");
        }

        foreach (var name in (string[])["rope.freq_base", "rope.freq_base_swa", "rope.scaling.factor", "rope.scale_linear"])
        {
            if (model.Float32(name) is { } value && !(float.IsFinite(value) && value >= 0))
            {
                throw model.Fail($"'{model.Key(name)}' is {value}; it must be a finite number, and not negative.");
            }
        }
    }
}
