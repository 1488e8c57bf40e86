namespace TinyCorpus.Evaluation;

/// <summary>How a model is tested.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Questions of each task.</summary>
    public int Questions { get; init; } = 200;

    /// <summary>Of how many of these questions several answers are sampled.</summary>
    public int SampledQuestions { get; init; } = 50;

    /// <summary>Answers sampled for each of them; 0 for none.</summary>
    public int Samples { get; init; } = 16;

    /// <summary>The temperature of sampled answers, chosen among all tokens.</summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>The most tokens of an answer.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>Decides which questions are asked and what is sampled.</summary>
    public int Seed { get; init; } = 7;
}
