namespace TinyCorpus.Stories;

/// <summary>What happens in a story.</summary>
/// <param name="Theme">What it is about, for those who ask for it: "a lost thing".</param>
/// <param name="Tell">Tells it.</param>
internal sealed record Plot(string Theme, Func<Cast, string> Tell);
