using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lamina.Runtime;

/// <summary>Logical CPUs, by the numbers that the system gives them. They are enumerated in ascending order.</summary>
/// <remarks>Immutable. Two sets of the same CPUs are equal.</remarks>
[CollectionBuilder(typeof(CpuSet), nameof(Of))]
public sealed class CpuSet : IReadOnlyCollection<int>, IEquatable<CpuSet>
{
    /// <summary>The highest number of a CPU: that of the largest Linux kernel.</summary>
    internal const int MaxCpu = 8191;

    /// <summary>A bit for each CPU; the last word is not 0.</summary>
    private readonly ulong[] _words;

    private CpuSet(ReadOnlySpan<ulong> words) => _words = words[..(words.LastIndexOfAnyExcept(0UL) + 1)].ToArray();

    /// <summary>No CPU.</summary>
    public static CpuSet Empty { get; } = new([]);

    /// <summary>How many CPUs are in it.</summary>
    public int Count => _words.Sum(BitOperations.PopCount);

    /// <summary>The set of some CPUs.</summary>
    /// <param name="cpus">Their numbers, from 0 to 8,191, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside that range.</exception>
    public static CpuSet Of(params ReadOnlySpan<int> cpus)
    {
        var words = new ulong[(MaxCpu + 1) / 64];
        foreach (var cpu in cpus)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(cpu, nameof(cpus));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(cpu, MaxCpu, nameof(cpus));
            words[cpu / 64] |= 1UL << cpu;
        }

        return new(words);
    }

    /// <summary>Reads a list as Linux writes them: <c>0-3,8,10-11</c>. The empty text is no CPU.</summary>
    /// <param name="list">The list; space around it does not matter.</param>
    /// <exception cref="FormatException">It is no such list; the message says where.</exception>
    public static CpuSet Parse(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return Read(list, out var wrong) ?? throw new FormatException(
            $"The list of CPUs '{list}' has '{wrong}'; it must be of numbers from 0 to {MaxCpu} and of ranges from low to high, as in 0-3,8,10-11.");
    }

    /// <summary>Reads a list, as <see cref="Parse"/> does, where it is one.</summary>
    /// <param name="list">The list, or null.</param>
    /// <param name="cpus">The CPUs, or null where it is no list.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? list, [NotNullWhen(true)] out CpuSet? cpus)
    {
        cpus = list is null ? null : Read(list, out _);
        return cpus is not null;
    }

    /// <summary>Whether a CPU is in it.</summary>
    /// <param name="cpu">The CPU's number.</param>
    public bool Contains(int cpu) => cpu >= 0 && cpu / 64 < _words.Length && (_words[cpu / 64] >> cpu & 1) != 0;

    /// <summary>The CPUs that are in it, in another, or in both.</summary>
    /// <param name="other">The other.</param>
    public CpuSet Union(CpuSet other) => Combine(other, static (mine, its) => mine | its);

    /// <summary>The CPUs that are in it and in another.</summary>
    /// <param name="other">The other.</param>
    public CpuSet Intersect(CpuSet other) => Combine(other, static (mine, its) => mine & its);

    /// <summary>The CPUs that are in it and not in another.</summary>
    /// <param name="other">The other.</param>
    public CpuSet Except(CpuSet other) => Combine(other, static (mine, its) => mine & ~its);

    /// <inheritdoc/>
    public bool Equals(CpuSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CpuSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _words.Aggregate(0, static (hash, word) => HashCode.Combine(hash, word));

    /// <summary>The list as Linux writes it, which <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var cpu in this)
        {
            if (ranges is [.., var range] && range.Last + 1 == cpu)
            {
                ranges[^1] = (range.First, cpu);
            }
            else
            {
                ranges.Add((cpu, cpu));
            }
        }

        return string.Join(',', ranges.Select(range =>
            Text(range.First) + (range.First == range.Last ? "" : "-" + Text(range.Last))));
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, _words.Length * 64).Where(Contains).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static CpuSet? Read(string list, out string wrong)
    {
        wrong = "";
        var words = new ulong[(MaxCpu + 1) / 64];
        foreach (var part in string.IsNullOrWhiteSpace(list) ? [] : list.Trim().Split(','))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!IsNumber(part[..(dash < 0 ? part.Length : dash)], out var first)
                || !IsNumber(part[(dash + 1)..], out var last)
                || first > last)
            {
                wrong = part;
                return null;
            }

            for (var cpu = first; cpu <= last; cpu++)
            {
                words[cpu / 64] |= 1UL << cpu;
            }
        }

        return new(words);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= MaxCpu;

    private CpuSet Combine(CpuSet other, Func<ulong, ulong, ulong> combine)
    {
        ArgumentNullException.ThrowIfNull(other);
        var words = new ulong[Math.Max(_words.Length, other._words.Length)];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = combine(_words.ElementAtOrDefault(i), other._words.ElementAtOrDefault(i));
        }

        return new(words);
    }
}
