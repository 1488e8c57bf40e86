namespace Lamina.Constraints.Patterns;

/// <summary>The code points in classes: those of one class are in the same of some sets, so that a pattern treats them alike.</summary>
internal sealed class Alphabet
{
    private const int AsciiCount = 128;

    private readonly int[] _starts;  // where a run of code points of one class begins
    private readonly int[] _classes; // its class
    private readonly int[] _ascii = new int[AsciiCount];
    private readonly List<int> _representatives = [];
    private readonly List<bool> _isSingle = [];

    /// <param name="sets">The sets that are to be told apart.</param>
    public Alphabet(IEnumerable<CodePointSet> sets)
    {
        // Each set opens and closes at its bounds; between two bounds the sets that are open are the class.
        var changes = new SortedDictionary<int, List<int>> { [0] = [] };
        var number = 0;
        foreach (var set in sets.Distinct())
        {
            foreach (var (first, last) in set.Ranges)
            {
                Change(first, number);
                Change(last + 1, number);
            }

            number++;
        }

        changes.Remove(CodePointSet.Last + 1);
        var open = new SortedSet<int>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        _starts = [.. changes.Keys];
        _classes = new int[_starts.Length];
        for (var i = 0; i < _starts.Length; i++)
        {
            foreach (var set in changes[_starts[i]].Where(set => !open.Remove(set)))
            {
                open.Add(set);
            }

            var key = string.Join(',', open);
            var end = i + 1 < _starts.Length ? _starts[i + 1] : CodePointSet.Last + 1;
            if (known.TryGetValue(key, out _classes[i]))
            {
                _isSingle[_classes[i]] = false;
            }
            else
            {
                known.Add(key, _classes[i] = known.Count);
                _representatives.Add(_starts[i]);
                _isSingle.Add(end == _starts[i] + 1);
            }
        }

        for (var i = 0; i < AsciiCount; i++)
        {
            _ascii[i] = Find(i);
        }

        void Change(int at, int set)
        {
            if (!changes.TryGetValue(at, out var there))
            {
                changes.Add(at, there = []);
            }

            there.Add(set);
        }
    }

    /// <summary>A code point of each class.</summary>
    public IReadOnlyList<int> Representatives => _representatives;

    /// <summary>Where runs of one class begin.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    public int ClassOf(int codePoint) => codePoint < AsciiCount ? _ascii[codePoint] : Find(codePoint);

    /// <summary>Whether a class has but one code point.</summary>
    public bool IsSingle(int symbol) => _isSingle[symbol];

    /// <summary>The classes of the code points from one to another.</summary>
    public IEnumerable<int> ClassesBetween(int first, int last)
    {
        for (var i = RunOf(first); i < _starts.Length && _starts[i] <= last; i++)
        {
            yield return _classes[i];
        }
    }

    private int Find(int codePoint) => _classes[RunOf(codePoint)];

    private int RunOf(int codePoint)
    {
        var at = Array.BinarySearch(_starts, codePoint);
        return at >= 0 ? at : ~at - 1;
    }
}
