namespace Lamina.Constraints.Json;

/// <summary>Where dynamic references lead: to the anchor of their name in the first resource on the way that had it.</summary>
internal sealed class DynamicScope
{
    private readonly Dictionary<string, string> _targets;

    private DynamicScope(Dictionary<string, string> targets)
    {
        _targets = targets;
        Key = string.Join('\n', targets.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}\t{pair.Value}"));
    }

    public static DynamicScope Empty { get; } = new([]);

    /// <summary>The same for scopes that are the same.</summary>
    public string Key { get; }

    /// <summary>The scope within a resource.</summary>
    public DynamicScope Enter(SchemaResource resource)
    {
        if (resource.DynamicAnchors.All(_targets.ContainsKey))
        {
            return this;
        }

        var targets = new Dictionary<string, string>(_targets, StringComparer.Ordinal);
        foreach (var name in resource.DynamicAnchors)
        {
            targets.TryAdd(name, resource.Anchors[name]);
        }

        return new(targets);
    }

    /// <summary>Where a name leads, as a pointer; null for nowhere.</summary>
    public string? Find(string name) => _targets.GetValueOrDefault(name);
}
