namespace Lamina.Constraints.Patterns;

/// <summary>A set of Unicode code points, as ascending ranges that neither overlap nor touch. Immutable.</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    /// <summary>The highest code point.</summary>
    public const int Last = 0x10FFFF;

    private readonly int[] _bounds; // first and last of each range, in turn

    private CodePointSet(int[] bounds) => _bounds = bounds;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet All { get; } = Of(0, Last);

    public bool IsEmpty => _bounds.Length == 0;

    /// <summary>The ranges: first and last code point, both in the set.</summary>
    public IEnumerable<(int First, int Last)> Ranges
    {
        get
        {
            for (var i = 0; i < _bounds.Length; i += 2)
            {
                yield return (_bounds[i], _bounds[i + 1]);
            }
        }
    }

    public static CodePointSet Of(int first, int last) => new([first, last]);

    public static CodePointSet Of(int codePoint) => Of(codePoint, codePoint);

    /// <summary>All of some ranges, in any order.</summary>
    public static CodePointSet Union(params IEnumerable<(int First, int Last)> ranges)
    {
        var bounds = new List<int>();
        foreach (var (first, last) in ranges.OrderBy(range => range.First))
        {
            if (bounds.Count > 0 && first <= bounds[^1] + 1)
            {
                bounds[^1] = Math.Max(bounds[^1], last);
            }
            else
            {
                bounds.Add(first);
                bounds.Add(last);
            }
        }

        return new([.. bounds]);
    }

    public CodePointSet Or(CodePointSet other) => Union(Ranges.Concat(other.Ranges));

    public CodePointSet And(CodePointSet other) => Complement().Or(other.Complement()).Complement();

    public CodePointSet Complement()
    {
        var ranges = new List<(int, int)>();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > next)
            {
                ranges.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= Last)
        {
            ranges.Add((next, Last));
        }

        return Union(ranges);
    }

    public bool Contains(int codePoint)
    {
        var at = Array.BinarySearch(_bounds, codePoint);
        return at >= 0 || (~at & 1) == 1; // on a bound, or between a first and a last
    }

    /// <summary>Whether any code point from one to another is in the set.</summary>
    public bool ContainsAny(int first, int last)
    {
        var at = Array.BinarySearch(_bounds, first);
        return at >= 0 || (~at & 1) == 1 || (~at < _bounds.Length && _bounds[~at] <= last);
    }

    public bool Equals(CodePointSet? other) => other is not null && _bounds.AsSpan().SequenceEqual(other._bounds);

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var bound in _bounds)
        {
            hash.Add(bound);
        }

        return hash.ToHashCode();
    }
}
