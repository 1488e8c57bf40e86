namespace Lamina.Constraints.Json;

/// <summary>An object that has been begun.</summary>
internal sealed class ObjectFrame : ContainerFrame
{
    private readonly string[] _names;
    private readonly Dictionary<string, bool> _canAdd = new(StringComparer.Ordinal);
    private readonly int _probes; // how many of the names are there only to see what would be

    private ObjectFrame(Frame parent, Trail? before)
        : base(parent, before) => _names = [];

    private ObjectFrame(ObjectFrame other, string name, ChildUse child, bool isProbe)
        : base(other, null)
    {
        _names = [.. other._names, name];
        _probes = isProbe ? other._probes + 1 : 0;
        Child = child;
        foreach (var role in other.Child?.Roles ?? [])
        {
            Awaited[role.Node] = true; // a probe goes on beside a member that is still to come
        }
    }

    private ObjectFrame(ObjectFrame other, UnevaluatedChild? unevaluated)
        : base(other, unevaluated) => _names = other._names;

    protected override JsonTypes Type => JsonTypes.Object;

    /// <summary>An object that begins.</summary>
    /// <returns>Null where no object can be right there.</returns>
    public static ObjectFrame? Begin(Frame parent, Trail? before = null)
    {
        var frame = new ObjectFrame(parent, before);
        return frame.Settle() ? frame : null;
    }

    public bool Has(string name) => Array.IndexOf(_names, name) >= 0;

    public override Truth IsPresent(string name, bool isEnd) => Has(name) ? Truth.Yes : isEnd ? Truth.No : Truth.Open;

    /// <summary>Whether a member of a name can come next.</summary>
    public bool CanAdd(string name)
    {
        lock (_canAdd)
        {
            if (!_canAdd.TryGetValue(name, out var known))
            {
                known = !Has(name) && Add(name, isProbe: true) is not null;
                _canAdd.Add(name, known);
            }

            return known;
        }
    }

    /// <summary>Whether a member can come next that has no name of <see cref="Plan.MemberNames"/>.</summary>
    /// <param name="matches">Of each pattern 1 where its name matches it.</param>
    public bool CanAddOther(string matches)
    {
        lock (_canAdd)
        {
            var key = "\0" + matches; // no other name begins so
            if (!_canAdd.TryGetValue(key, out var known))
            {
                known = new ObjectFrame(this, key, Plan.MemberUse(null, matches), isProbe: true).CanGoOn();
                _canAdd.Add(key, known);
            }

            return known;
        }
    }

    /// <summary>Begins a member.</summary>
    /// <returns>Null where it cannot be right.</returns>
    public ObjectFrame? Add(string name, bool isProbe = false)
    {
        var added = new ObjectFrame(this, name, Plan.MemberUse(name), isProbe);
        if (Plan.Names.RootCount > 0)
        {
            added.FailNames(Plan.Names.Strings.Read(name));
        }

        return added.CanGoOn() ? added : null;
    }

    /// <summary>Whether it can still become right with a name.</summary>
    /// <param name="name">Of each root of <see cref="Plan.Names"/> what holds of the name.</param>
    public bool AllowsName(Truth[] name)
    {
        if (!name.Contains(Truth.No))
        {
            return true;
        }

        var named = new ObjectFrame(this, unevaluated: null);
        named.FailNames(name);
        return named.IsAlive();
    }

    public override JsonState? Complete(ReadOnlySpan<Truth> child, string? text)
    {
        var frame = new ObjectFrame(this, Describe(child));
        frame.Fail(Child!, child);
        return frame.Settle() ? new AfterValueState(frame) : null;
    }

    protected override Truth Local(SchemaNode schema, int node, ReadOnlySpan<Truth> child, bool isEnd)
    {
        if (schema.IsFreeOfObjects)
        {
            return Truth.Yes;
        }

        var missing = Missing(schema).Count();
        if (_names.Length + missing > schema.MaxProperties)
        {
            return Truth.No;
        }

        // Members that are still to come decide.
        var isOpen = LacksProperty(schema) || schema.PatternProperties.Count > 0 || schema.AdditionalProperties is not null
            || schema.UnevaluatedProperties is not null || schema.PropertyNames is not null || schema.MaxProperties is not null
            || schema.DependentRequired.Count > 0;
        var isEnough = missing == 0 && _names.Length >= schema.MinProperties;
        return Truths.Until(isEnough, isEnd || (isEnough && !isOpen));
    }

    protected override bool CanHold(SchemaNode schema, int node)
    {
        if (schema.MinProperties > _names.Length && schema.AdditionalProperties is { Types: JsonTypes.None } && schema.PatternProperties.Count == 0
            && schema.MinProperties > _names.Length + schema.Properties.Count(property => property.Value.Types != JsonTypes.None && !Has(property.Key)))
        {
            return false;
        }

        return Missing(schema).All(CanAdd);
    }

    /// <summary>Whether a member that was just begun can come to an end, and the object too.</summary>
    private bool CanGoOn()
    {
        // Whoever only asks sees one member ahead, and two where a member makes others necessary.
        var looksAhead = _probes == 0 || (_probes == 1 && Plan.HasDependencies);
        return (Child!.Plan.RootCount == 0 || CanStart()) && (looksAhead ? Settle() : IsAlive());
    }

    private void FailNames(Truth[] name)
    {
        for (var i = 0; i < Failed.Length; i++)
        {
            if (Plan.Nodes[i].Schema.PropertyNames is { } names)
            {
                Failed[i] |= name[Plan.Names.RootOf(PlanFactory.Child(Plan.Nodes[i], names))] == Truth.No;
            }
        }
    }

    private IEnumerable<string> Missing(SchemaNode schema)
    {
        foreach (var name in schema.Required)
        {
            if (!Has(name))
            {
                yield return name;
            }
        }

        foreach (var (present, needed) in schema.DependentRequired)
        {
            foreach (var name in Has(present) ? needed : [])
            {
                if (!Has(name))
                {
                    yield return name;
                }
            }
        }
    }

    private bool LacksProperty(SchemaNode schema)
    {
        foreach (var (name, property) in schema.Properties)
        {
            if (!property.IsAnything && !Has(name))
            {
                return true;
            }
        }

        return false;
    }
}
