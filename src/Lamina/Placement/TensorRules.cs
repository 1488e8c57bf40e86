using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Lamina.Runtime;

namespace Lamina.Placement;

/// <summary>Finds the weights whose names match patterns.</summary>
internal static class TensorRules
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong with the patterns themselves, in words.</summary>
    public static IEnumerable<string> Faults(string owner, ImmutableArray<TensorPlacement> rules)
    {
        foreach (var rule in rules)
        {
            if (string.IsNullOrWhiteSpace(rule?.Device) || string.IsNullOrEmpty(rule.Pattern))
            {
                yield return $"{owner}.{nameof(DevicePlacement.Tensors)} had {rule}; give a pattern and a device.";
            }
            else if (Refusal(rule.Pattern) is { } reason)
            {
                yield return $"{owner}.{nameof(DevicePlacement.Tensors)} had the pattern '{rule.Pattern}', which is no regular "
                    + $"expression: {reason}";
            }
        }
    }

    /// <summary>The device of each weight that a pattern matches; the first pattern counts.</summary>
    /// <exception cref="ArgumentException">A pattern matches no weight, or takes too long to.</exception>
    public static ImmutableSortedDictionary<string, string> Resolve(ImmutableArray<TensorPlacement> rules, IEnumerable<string> names)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var all = rules.IsEmpty ? [] : names.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var rule in rules)
        {
            var pattern = new Regex(rule.Pattern, RegexOptions.CultureInvariant, Patience);
            var matches = Matches(pattern, all);
            if (matches.Length == 0)
            {
                throw new ArgumentException(
                    $"{nameof(DevicePlacement)}.{nameof(DevicePlacement.Tensors)} had the pattern '{rule.Pattern}', which matches none of "
                    + $"the model's {all.Length} weights; they have names such as '{all.LastOrDefault()}'.",
                    nameof(rules));
            }

            foreach (var name in matches)
            {
                found.TryAdd(name, rule.Device);
            }
        }

        return found.ToImmutable();
    }

    private static string[] Matches(Regex pattern, string[] names)
    {
        try
        {
            return Array.FindAll(names, pattern.IsMatch);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ArgumentException(
                $"{nameof(DevicePlacement)}.{nameof(DevicePlacement.Tensors)} had the pattern '{pattern}', which takes longer than "
                + $"{Patience.TotalSeconds} s to match a weight's name; take a simpler one.",
                nameof(pattern),
                e);
        }
    }

    private static string? Refusal(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, Patience);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
