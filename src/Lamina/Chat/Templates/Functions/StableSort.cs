namespace Lamina.Chat.Templates.Functions;

/// <summary>Sorts by merging: equal items keep their order, and what a comparison throws is thrown as it is.</summary>
internal static class StableSort
{
    /// <summary>The items in order.</summary>
    /// <param name="items">The items.</param>
    /// <param name="isBefore">Whether one comes before another, and is not equal to it.</param>
    public static T[] Sort<T>(IEnumerable<T> items, Func<T, T, bool> isBefore)
    {
        var source = items.ToArray();
        var target = new T[source.Length];
        for (var width = 1; width < source.Length; width *= 2)
        {
            for (var start = 0; start < source.Length; start += 2 * width)
            {
                Merge(source, target, start, Math.Min(start + width, source.Length), Math.Min(start + (2 * width), source.Length), isBefore);
            }

            (source, target) = (target, source);
        }

        return source;
    }

    private static void Merge<T>(T[] source, T[] target, int start, int middle, int end, Func<T, T, bool> isBefore)
    {
        var (left, right) = (start, middle);
        for (var i = start; i < end; i++)
        {
            var takesRight = left == middle || (right < end && isBefore(source[right], source[left]));
            target[i] = source[takesRight ? right++ : left++];
        }
    }
}
