using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Lamina.Gguf;

/// <summary>The metadata of a file: keys and values, in the order of the file.</summary>
/// <remarks>Immutable, so safe to use from any thread. The typed getters take a missing key or another type as absent.</remarks>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix",
    Justification = "The format's word says more than the data structure's.")]
public sealed class GgufMetadata : IReadOnlyDictionary<string, GgufValue>
{
    private readonly OrderedDictionary<string, GgufValue> _values;

    internal GgufMetadata(OrderedDictionary<string, GgufValue> values) => _values = values;

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _values.Keys;

    /// <inheritdoc/>
    public IEnumerable<GgufValue> Values => _values.Values;

    /// <inheritdoc/>
    public GgufValue this[string key] => _values[key];

    /// <summary>Reads an integer that is not negative.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>False when the key is missing or holds something else.</returns>
    public bool TryGetUInt64(string key, out ulong value)
    {
        value = 0;
        return TryGetScalar(key, out var found) && found.TryGetUInt64(out value);
    }

    /// <summary>Reads an integer.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>False when the key is missing or holds something else.</returns>
    public bool TryGetInt64(string key, out long value)
    {
        value = 0;
        return TryGetScalar(key, out var found) && found.TryGetInt64(out value);
    }

    /// <summary>Reads a number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>False when the key is missing or holds something else.</returns>
    public bool TryGetDouble(string key, out double value)
    {
        value = 0;
        return TryGetScalar(key, out var found) && found.TryGetDouble(out value);
    }

    /// <summary>Reads a truth value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, or false.</param>
    /// <returns>False when the key is missing or holds something else.</returns>
    public bool TryGetBoolean(string key, out bool value)
    {
        value = false;
        return TryGetScalar(key, out var found) && found.TryGetBoolean(out value);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The text, or null when the key is missing or holds something else.</returns>
    public string? GetString(string key) => TryGetScalar(key, out var found) ? found.GetString() : null;

    /// <summary>Reads an array.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The array, or null when the key is missing or holds a scalar.</returns>
    public GgufValue? GetArray(string key) => TryGetValue(key, out var found) && found.IsArray ? found : null;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out GgufValue value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, GgufValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool TryGetScalar(string key, [MaybeNullWhen(false)] out GgufValue value) =>
        _values.TryGetValue(key, out value) && !value.IsArray;
}
