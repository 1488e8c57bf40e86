namespace Lamina.Chat.Templates.Values;

/// <summary>A dictionary in the order in which its keys came. Templates cannot change it.</summary>
internal sealed class TemplateDictionary
{
    private readonly List<KeyValuePair<object?, object?>> _entries = [];
    private readonly Dictionary<object, int> _places = new(ValueComparer.Instance);
    private int _noneAt = -1;

    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries;

    public int Count => _entries.Count;

    public IEnumerable<object?> Keys => _entries.Select(entry => entry.Key);

    public IEnumerable<object?> Values => _entries.Select(entry => entry.Value);

    /// <summary>Sets a value, before a template sees the dictionary. A key that is there keeps its place.</summary>
    /// <exception cref="TemplateFault">The key cannot be one.</exception>
    public void Set(object? key, object? value)
    {
        if (!ValueTypes.IsHashable(key))
        {
            throw new TemplateFault($"unhashable type: '{ValueTypes.NameOf(key)}'");
        }

        var place = PlaceOf(key);
        if (place >= 0)
        {
            _entries[place] = new(_entries[place].Key, value);
            return;
        }

        if (key is null)
        {
            _noneAt = _entries.Count;
        }
        else
        {
            _places.Add(key, _entries.Count);
        }

        _entries.Add(new(key, value));
    }

    public bool TryGet(object? key, out object? value)
    {
        var place = ValueTypes.IsHashable(key) ? PlaceOf(key) : -1;
        value = place >= 0 ? _entries[place].Value : null;
        return place >= 0;
    }

    private int PlaceOf(object? key) => key is null ? _noneAt : _places.GetValueOrDefault(key, -1);
}
