namespace Lamina.Gguf.Rules;

/// <summary>Rotary positions: how many dimensions turn, how fast, and how that is scaled for long texts.</summary>
internal static class RopeRules
{
    private static readonly string[] Factors =
        ["rope.freq_base", "rope.freq_base_swa", "rope.scaling.factor", "rope.scale_linear"];

    public static void Check(ModelHeader model)
    {
        var scaling = model.Text(model.Key("rope.scaling.type"));
        if (scaling is not (null or "none" or "linear" or "yarn" or "longrope"))
        {
            throw model.Fail(
                $"'{model.Key("rope.scaling.type")}' is '{scaling}'; it must be one of none, linear, yarn, longrope.");
        }

        foreach (var name in Factors)
        {
            if (model.TryGetFloat32(name, out var value) && !(float.IsFinite(value) && value >= 0))
            {
                throw model.Fail($"'{model.Key(name)}' is {value}; it must be a finite number, and not negative.");
            }
        }

        if (!Architectures.NoRotation.Contains(model.Architecture)
            && model.PerLayer("attention.head_count") is [> 0 and var heads, ..])
        {
            CheckDimensions(model, AttentionRules.HeadWidths(model, heads).Keys);
        }

        CheckSections(model);
    }

    // Time, height and width turn a section each.
    private static void CheckSections(ModelHeader model)
    {
        var isNeeded = Architectures.SectionedRotation.Contains(model.Architecture);
        if (!model.Metadata.TryGetValue(model.Key("rope.dimension_sections"), out var sections) && !isNeeded)
        {
            return;
        }

        var lengths = Enumerable.Range(0, sections?.Count ?? 0)
            .Select(i => sections!.TryGetInt64(out var length, i) && length <= ushort.MaxValue ? length : -1)
            .ToArray();
        if (lengths.Any(length => length < 0) || (isNeeded && lengths.Take(3).Sum() == 0))
        {
            throw model.Fail(
                $"'{model.Key("rope.dimension_sections")}' is {(sections is null ? "missing" : string.Join(", ", lengths))}; it "
                + "must say how many pairs of numbers turn with time, height and width.");
        }
    }

    private static void CheckDimensions(ModelHeader model, uint width)
    {
        var turning = model.UInt32("rope.dimension_count") ?? width;
        if (Architectures.WholeHeadTurns.Contains(model.Architecture) && turning != width)
        {
            throw model.Fail(
                $"'{model.Key("rope.dimension_count")}' is {turning}, but heads are {width} numbers wide; in "
                + $"'{model.Architecture}' models all of a head turns.");
        }

        CheckDimensions(model, "rope.dimension_count", turning, width);
        CheckDimensions(
            model,
            "rope.dimension_count_swa",
            model.UInt32("rope.dimension_count_swa") ?? turning,
            model.UInt32("attention.key_length_swa") ?? width);
    }

    private static void CheckDimensions(ModelHeader model, string name, uint turning, uint width)
    {
        if (turning == 0 || turning % 2 != 0 || turning > width)
        {
            throw model.Fail(
                $"'{model.Key(name)}' is {turning} with heads {width} numbers wide; pairs of numbers turn, so it must be even, "
                + "not 0 and not larger. Without it a whole head turns.");
        }
    }
}
