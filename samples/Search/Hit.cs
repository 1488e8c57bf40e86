namespace Search;

/// <summary>A passage that was found.</summary>
/// <param name="Passage">The passage.</param>
/// <param name="Score">The cosine of its vector and the query's, from −1 to 1.</param>
internal readonly record struct Hit(Passage Passage, float Score);
