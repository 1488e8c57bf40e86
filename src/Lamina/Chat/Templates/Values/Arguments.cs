namespace Lamina.Chat.Templates.Values;

/// <summary>What a call is given.</summary>
/// <param name="positional">By place.</param>
/// <param name="named">By name, in the order in which they stand.</param>
internal sealed class Arguments(IReadOnlyList<object?> positional, IReadOnlyList<KeyValuePair<string, object?>> named)
{
    public static Arguments None { get; } = new([], []);

    public IReadOnlyList<object?> Positional => positional;

    public IReadOnlyList<KeyValuePair<string, object?>> Named => named;

    /// <summary>An argument by its place or its name.</summary>
    /// <returns>Whether it was given.</returns>
    public bool TryGet(int place, string name, out object? value)
    {
        if (place >= 0 && place < positional.Count)
        {
            value = positional[place];
            return true;
        }

        foreach (var pair in named)
        {
            if (string.Equals(pair.Key, name, StringComparison.Ordinal))
            {
                value = pair.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>An argument, or what stands in for it where it was not given.</summary>
    public object? Get(int place, string name, object? fallback = null) => TryGet(place, name, out var value) ? value : fallback;

    /// <summary>An argument that has to be given.</summary>
    /// <exception cref="TemplateFault">It was not.</exception>
    public object? Require(int place, string name) =>
        TryGet(place, name, out var value) ? value : throw new TemplateFault($"missing a required argument: '{name}'");

    /// <summary>Refuses more arguments than there can be.</summary>
    /// <param name="function">Whose they are.</param>
    /// <param name="names">All that there are, in order.</param>
    /// <exception cref="TemplateFault">One has no place.</exception>
    public void Limit(string function, params ReadOnlySpan<string> names)
    {
        if (positional.Count > names.Length)
        {
            throw new TemplateFault($"{function}() takes {names.Length} positional arguments but {positional.Count} were given");
        }

        foreach (var pair in named)
        {
            var place = names.IndexOf(pair.Key);
            if (place < 0 || place < positional.Count)
            {
                throw new TemplateFault(place < 0
                    ? $"{function}() got an unexpected keyword argument '{pair.Key}'"
                    : $"{function}() got multiple values for argument '{pair.Key}'");
            }
        }
    }
}
