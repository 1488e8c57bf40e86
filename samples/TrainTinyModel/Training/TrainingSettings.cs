using TinyCorpus;

namespace TrainTinyModel.Training;

/// <summary>All that a training depends on.</summary>
/// <param name="Layers">Layers of the network.</param>
/// <param name="FeedForward">Width inside of the feed-forward parts.</param>
/// <param name="Vocabulary">Tokens of the vocabulary.</param>
/// <param name="Steps">Steps on all texts.</param>
/// <param name="WordSteps">Steps after these, mostly on texts whose words have to be found again.</param>
/// <param name="FactSteps">Steps after those, on all texts and often on what follows from facts.</param>
/// <param name="TokensPerStep">Tokens that a step learns from.</param>
/// <param name="Rate">The highest learning rate.</param>
/// <param name="Seed">Decides the texts and where the parameters begin.</param>
internal sealed record TrainingSettings(
    int Layers, int FeedForward, int Vocabulary, int Steps, int WordSteps, int FactSteps, int TokensPerStep, float Rate, int Seed)
{
    private const int WarmUp = 100;

    /// <summary>All steps.</summary>
    public int TotalSteps => Steps + WordSteps + FactSteps;

    /// <summary>What the documents of a step are drawn by.</summary>
    public Func<Random, Document> TextsAt(int step) =>
        step < Steps ? Corpus.Next : step < Steps + WordSteps ? Corpus.NextOfWords : Corpus.NextOfFacts;

    /// <summary>
    /// The learning rate at a step: up in the first steps, then level, in the last half down to nothing; and again from
    /// the first of the <see cref="WordSteps"/>, and half as high of the <see cref="FactSteps"/>, where it falls all the way.
    /// </summary>
    public float RateAt(int step)
    {
        var wordsEnd = Steps + WordSteps;
        var (first, last, rate) = step < Steps ? (0, Steps, Rate) : step < wordsEnd ? (Steps, wordsEnd, Rate) : (wordsEnd, TotalSteps, Rate / 2);
        var up = Math.Min(1f, (step - first + 1f) / Math.Min(WarmUp, Steps));
        var left = (float)(last - step) / (last - first);
        return rate * up * (step < Steps ? Math.Min(1f, 2f * left) : left);
    }
}
