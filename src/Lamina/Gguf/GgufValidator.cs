using Lamina.Gguf.Rules;

namespace Lamina.Gguf;

/// <summary>Tells whether a model can be run from a file, before a native library sees it.</summary>
/// <remarks>
/// A native runtime ends the process over many malformations: layers of no number, experts that do not exist, texts
/// that two tokens share. Each is refused here with a message that says what was found and what would be right.
/// What a network of this architecture does not use is not asked for. The weights themselves are not read.
/// </remarks>
public static class GgufValidator
{
    /// <summary>Checks one model. Of a model split into several files, give the first; the others are read too.</summary>
    /// <param name="file">The header, from <see cref="GgufFile.Read"/>.</param>
    /// <param name="cancellationToken">Stops reading the other parts of a split model.</param>
    /// <returns>The headers of all files of the model, the given one first.</returns>
    /// <exception cref="GgufException">No model can be run from the file: it is cut short, or says what cannot be true.</exception>
    /// <exception cref="IOException">Another part of a split model cannot be read.</exception>
    public static IReadOnlyList<GgufFile> Validate(GgufFile file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);

        var parts = SplitRules.ReadParts(file, cancellationToken);
        foreach (var part in parts)
        {
            LayoutRules.Check(part);
        }

        var model = new ModelHeader(file, parts);
        ArchitectureRules.Check(model);
        LayerRules.Check(model);
        ExpertRules.Check(model);
        AttentionRules.Check(model);
        SlidingWindowRules.Check(model);
        RopeRules.Check(model);
        NormalizationRules.Check(model);
        RecurrenceRules.Check(model);
        PoolingRules.Check(model);
        VocabularyRules.Check(model);
        TensorRules.Check(model);
        return parts;
    }
}
