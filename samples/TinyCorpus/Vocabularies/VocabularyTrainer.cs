using System.Runtime.InteropServices;

namespace TinyCorpus.Vocabularies;

/// <summary>Finds the merges of a byte-level BPE vocabulary: again and again the pair that is seen most often.</summary>
public static class VocabularyTrainer
{
    /// <summary>Finds a vocabulary. The same texts give the same.</summary>
    /// <param name="texts">Texts to learn from.</param>
    /// <param name="controlTokens">Names of the control tokens.</param>
    /// <param name="size">How many tokens to have in all.</param>
    public static Vocabulary Train(IEnumerable<string> texts, IReadOnlyList<string> controlTokens, int size)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in texts.SelectMany(WordSplitter.Split))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _)++;
        }

        var words = counts
            .OrderBy(pair => pair.Key, StringComparer.Ordinal) // so that ties are decided alike each time
            .Select(pair => (Parts: ByteLetters.Encode(pair.Key).Select(letter => letter.ToString()).ToList(), Count: pair.Value))
            .ToList();
        var merges = new List<(string Left, string Right)>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (controlTokens.Count + 256 + merges.Count < size)
        {
            var pairs = new Dictionary<(string Left, string Right), int>();
            foreach (var (parts, count) in words)
            {
                for (var i = 0; i + 1 < parts.Count; i++)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(pairs, (parts[i], parts[i + 1]), out _) += count;
                }
            }

            // Two pairs may make the same text; a token is there once.
            var best = pairs
                .Where(pair => !known.Contains(pair.Key.Left + pair.Key.Right))
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key.Left, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Right, StringComparer.Ordinal)
                .Select(pair => ((string Left, string Right)?)pair.Key)
                .FirstOrDefault()
                ?? throw new InvalidOperationException($"The texts have no more than {controlTokens.Count + 256 + merges.Count} tokens.");
            merges.Add(best);
            known.Add(best.Left + best.Right);
            foreach (var (parts, _) in words)
            {
                Merge(parts, best);
            }
        }

        return new(controlTokens, merges);
    }

    private static void Merge(List<string> parts, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < parts.Count; i++)
        {
            if (string.Equals(parts[i], pair.Left, StringComparison.Ordinal)
                && string.Equals(parts[i + 1], pair.Right, StringComparison.Ordinal))
            {
                parts[i] += pair.Right;
                parts.RemoveAt(i + 1);
            }
        }
    }
}
