namespace TrainTinyModel.Training;

/// <summary>All that a training depends on.</summary>
/// <param name="Layers">Layers of the network.</param>
/// <param name="FeedForward">Width inside of the feed-forward parts.</param>
/// <param name="Vocabulary">Tokens of the vocabulary.</param>
/// <param name="Steps">Steps on all texts.</param>
/// <param name="WordSteps">Steps after these, mostly on texts whose words have to be found again.</param>
/// <param name="TokensPerStep">Tokens that a step learns from.</param>
/// <param name="Rate">The highest learning rate.</param>
/// <param name="Seed">Decides the texts and where the parameters begin.</param>
internal sealed record TrainingSettings(
    int Layers, int FeedForward, int Vocabulary, int Steps, int WordSteps, int TokensPerStep, float Rate, int Seed)
{
    private const int WarmUp = 100;

    /// <summary>All steps.</summary>
    public int TotalSteps => Steps + WordSteps;

    /// <summary>
    /// The learning rate at a step: up in the first steps, then level, in the last half down to nothing; and again from
    /// the first of the <see cref="WordSteps"/>, where it falls all the way.
    /// </summary>
    public float RateAt(int step)
    {
        var up = Math.Min(1f, ((step < Steps ? step : step - Steps) + 1f) / Math.Min(WarmUp, Steps));
        var down = step < Steps ? Math.Min(1f, 2f * (Steps - step) / Steps) : (float)(TotalSteps - step) / WordSteps;
        return Rate * up * down;
    }
}
