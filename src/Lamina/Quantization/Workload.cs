namespace Lamina.Quantization;

/// <summary>What a model is mostly to do.</summary>
public enum Workload
{
    /// <summary>One answer at a time, token by token.</summary>
    OneStream,

    /// <summary>Many answers at a time.</summary>
    ManyStreams,

    /// <summary>Long prompts, and short answers.</summary>
    Prompts,
}
