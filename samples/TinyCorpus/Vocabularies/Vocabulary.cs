namespace TinyCorpus.Vocabularies;

/// <summary>A byte-level BPE vocabulary: control tokens, a token for each byte, and one for each merge.</summary>
/// <remarks>
/// Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016), on bytes as in GPT-2. Not
/// thread-safe: what a word becomes is remembered.
/// </remarks>
public sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges = [];
    private readonly Dictionary<string, int[]> _words = new(StringComparer.Ordinal);

    /// <summary>Makes a vocabulary of merges that are known.</summary>
    /// <param name="controlTokens">Names of the control tokens; they have the ids from 0.</param>
    /// <param name="merges">Pairs of tokens in letters for bytes, the first to be merged first.</param>
    public Vocabulary(IReadOnlyList<string> controlTokens, IReadOnlyList<(string Left, string Right)> merges)
    {
        ControlCount = controlTokens.Count;
        Merges = merges;
        var tokens = new List<string>(controlTokens);
        foreach (var letter in ByteLetters.All)
        {
            tokens.Add(letter.ToString());
        }

        tokens.AddRange(merges.Select(merge => merge.Left + merge.Right));
        Tokens = tokens;
        for (var id = 0; id < tokens.Count; id++)
        {
            _ids.Add(tokens[id], id);
        }

        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            _merges.Add((_ids[left], _ids[right]), (rank, _ids[left + right]));
        }
    }

    /// <summary>All tokens, by id: names of control tokens, letters for bytes of the others.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The merges, the first to be done first.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>How many of the tokens are control tokens.</summary>
    public int ControlCount { get; }

    /// <summary>The id of a token.</summary>
    /// <param name="token">The token, as in <see cref="Tokens"/>.</param>
    public int Id(string token) => _ids[token];

    /// <summary>Adds the tokens of a text, in which there are no control tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Where they are added.</param>
    public void Encode(string text, List<int> tokens)
    {
        foreach (var word in WordSplitter.Split(text))
        {
            if (!_words.TryGetValue(word, out var known))
            {
                _words.Add(word, known = EncodeWord(word));
            }

            tokens.AddRange(known);
        }
    }

    private int[] EncodeWord(string word)
    {
        var tokens = ByteLetters.Encode(word).Select(letter => _ids[letter.ToString()]).ToList();
        while (true)
        {
            var best = (Rank: int.MaxValue, Merged: 0, At: 0);
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (_merges.TryGetValue((tokens[i], tokens[i + 1]), out var merge) && merge.Rank < best.Rank)
                {
                    best = (merge.Rank, merge.Merged, i);
                }
            }

            if (best.Rank == int.MaxValue)
            {
                return [.. tokens];
            }

            tokens[best.At] = best.Merged;
            tokens.RemoveAt(best.At + 1);
        }
    }
}
