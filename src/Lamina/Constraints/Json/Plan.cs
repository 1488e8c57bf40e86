using System.Collections.Concurrent;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>All schemas that apply to one value: some roots, and what these refer to in place. Immutable, but for what it remembers.</summary>
internal sealed class Plan
{
    /// <summary>All types, each alone, those first of which it is soon known whether they can come.</summary>
    public static readonly JsonTypes[] EachType =
        [JsonTypes.True, JsonTypes.False, JsonTypes.Null, JsonTypes.Number, JsonTypes.String, JsonTypes.Array, JsonTypes.Object];

    private readonly PlanFactory _factory;
    private readonly Dictionary<AppliedSchema, int> _roots = [];
    private readonly int[] _places;
    private readonly ConcurrentDictionary<(string? Name, string Matches), ChildUse> _members = [];
    private readonly ConcurrentDictionary<int, ChildUse> _items = [];
    private readonly Truth[]?[] _starts = new Truth[EachType.Length][];
    private readonly Lazy<StringPlan> _strings;
    private readonly Lazy<Plan> _names;
    private readonly Lazy<Alphabet> _nameAlphabet;
    private readonly int _longestPrefix;

    public Plan(PlanFactory factory, List<PlanNode> nodes, AppliedSchema[] roots, int[] places)
    {
        _factory = factory;
        _places = places;
        Nodes = [.. nodes];
        for (var i = 0; i < roots.Length; i++)
        {
            _roots.Add(roots[i], i);
        }

        _strings = new(() => new(this));
        _names = new(() => factory.For(nodes.Where(node => node.Schema.PropertyNames is not null)
            .Select(node => PlanFactory.Child(node, node.Schema.PropertyNames!))));
        _nameAlphabet = new(() => new(MemberPatterns!.SelectMany(pattern => pattern.Sets).Concat(Names.Strings.Sets)));
        _longestPrefix = nodes.Max(node => (int?)node.Schema.PrefixItems.Count) ?? 0;
        HasUnevaluated = nodes.Exists(node => node.Schema.UnevaluatedItems is not null || node.Schema.UnevaluatedProperties is not null);
        HasDependencies = nodes.Exists(node => node.Schema.DependentRequired.Count > 0 || node.Dependent.Length > 0);
        HasUniqueItems = nodes.Exists(node => node.Schema.UniqueItems);
        MemberNames = [.. nodes.SelectMany(node => node.Schema.Properties.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        MemberPatterns = [.. nodes.SelectMany(node => node.Schema.PatternProperties.Select(entry => entry.Pattern)).Distinct()];
    }

    /// <summary>The schemas, each after those that it refers to.</summary>
    public PlanNode[] Nodes { get; }

    public int RootCount => _places.Length;

    /// <summary>What the value must be as a string.</summary>
    public StringPlan Strings => _strings.Value;

    /// <summary>What the names of an object's members must be, as strings.</summary>
    public Plan Names => _names.Value;

    /// <summary>The names that some schema has a word on, sorted.</summary>
    public string[] MemberNames { get; }

    /// <summary>The patterns that names are compared with.</summary>
    public TextAutomaton[] MemberPatterns { get; }

    /// <summary>Which code points make a difference in names.</summary>
    public Alphabet NameAlphabet => _nameAlphabet.Value;

    public bool HasUnevaluated { get; }

    public bool HasUniqueItems { get; }

    /// <summary>Whether a member may make others necessary.</summary>
    public bool HasDependencies { get; }

    /// <summary>The number of a root.</summary>
    public int RootOf(AppliedSchema applied) => _roots[applied];

    /// <summary>What holds of each root for a value of a type of which nothing else is known.</summary>
    public Truth[] StartOf(JsonTypes type)
    {
        var index = Array.IndexOf(EachType, type);
        if (_starts[index] is { } known)
        {
            return known;
        }

        var truths = new Truth[Nodes.Length];
        for (var i = 0; i < truths.Length; i++)
        {
            truths[i] = Nodes[i].StartOf(type);
        }

        Evaluate(truths, type, null);
        return _starts[index] = RootsOf(truths);
    }

    /// <summary>What holds of each root, of what holds of each node.</summary>
    public Truth[] RootsOf(ReadOnlySpan<Truth> truths)
    {
        var roots = new Truth[_places.Length];
        for (var i = 0; i < roots.Length; i++)
        {
            roots[i] = truths[_places[i]];
        }

        return roots;
    }

    /// <summary>Makes of what holds by each node's own keywords what holds of each node.</summary>
    /// <param name="truths">Of each node; it is overwritten.</param>
    /// <param name="type">The value's type.</param>
    /// <param name="view">The value, where it is an object or array that has been begun.</param>
    public void Evaluate(Span<Truth> truths, JsonTypes type, FrameView? view)
    {
        for (var i = 0; i < Nodes.Length; i++)
        {
            truths[i] = truths[i] == Truth.No ? Truth.No : Evaluate(i, truths, type, view);
        }
    }

    /// <summary>What applies to a member of an object.</summary>
    /// <param name="name">Its name.</param>
    public ChildUse MemberUse(string name)
    {
        var isKnown = Array.BinarySearch(MemberNames, name, StringComparer.Ordinal) >= 0;
        var matches = string.Create(MemberPatterns.Length, (MemberPatterns, name), static (matches, of) =>
        {
            for (var i = 0; i < matches.Length; i++)
            {
                matches[i] = of.MemberPatterns[i].IsRight(of.MemberPatterns[i].Read(of.name)) ? '1' : '0';
            }
        });
        return MemberUse(isKnown ? name : null, matches);
    }

    /// <summary>What applies to a member of an object.</summary>
    /// <param name="name">Its name, where some schema has a word on it.</param>
    /// <param name="matches">Of each pattern 1 where the name matches it.</param>
    public ChildUse MemberUse(string? name, string matches) => _members.GetOrAdd((name, matches), _ => CreateMemberUse(name, matches));

    /// <summary>What applies to an item of an array.</summary>
    public ChildUse ItemUse(int index) => _items.GetOrAdd(Math.Min(index, _longestPrefix), CreateItemUse);

    private static Truth OneOf(int[] nodes, ReadOnlySpan<Truth> truths)
    {
        var (holding, open) = (0, 0);
        foreach (var node in nodes)
        {
            holding += truths[node] == Truth.Yes ? 1 : 0;
            open += truths[node] == Truth.Open ? 1 : 0;
        }

        return holding > 1 || holding + open == 0 ? Truth.No : open == 0 ? Truth.Yes : Truth.Open;
    }

    private static Truth AnyOf(int[] nodes, ReadOnlySpan<Truth> truths)
    {
        var any = Truth.No;
        foreach (var node in nodes)
        {
            any = any.Or(truths[node]);
        }

        return any;
    }

    private static Truth IsPresent(FrameView? view, string name) => view is { } moment ? moment.Frame.IsPresent(name, moment.IsEnd) : Truth.Open;

    private static Truth Choose(PlanNode node, ReadOnlySpan<Truth> truths)
    {
        var condition = truths[node.If!.Value];
        var then = node.Then is { } one ? truths[one] : Truth.Yes;
        var otherwise = node.Else is { } other ? truths[other] : Truth.Yes;
        return then == Truth.No && otherwise == Truth.No ? Truth.No : condition.Not().Or(then).And(condition.Or(otherwise));
    }

    private Truth Evaluate(int index, ReadOnlySpan<Truth> truths, JsonTypes type, FrameView? view)
    {
        var node = Nodes[index];
        var truth = truths[index];
        foreach (var other in node.AllOf)
        {
            truth = truth.And(truths[other]);
        }

        truth = node.AnyOf.Length > 0 ? truth.And(AnyOf(node.AnyOf, truths)) : truth;
        truth = node.OneOf.Length > 0 ? truth.And(OneOf(node.OneOf, truths)) : truth;
        truth = node.Not is { } not ? truth.And(truths[not].Not()) : truth;
        truth = node.If is not null ? truth.And(Choose(node, truths)) : truth;
        if (type is JsonTypes.Object or JsonTypes.Array)
        {
            foreach (var list in node.Containers)
            {
                truth = truth.And(AnyOf(list, truths));
            }
        }

        if (type == JsonTypes.Object)
        {
            foreach (var (name, other) in node.Dependent)
            {
                truth = truth.And(IsPresent(view, name).Not().Or(truths[other]));
            }
        }

        return HasUnevaluated && view is { } moment ? truth.And(moment.Frame.Unevaluated(index, truths, moment)) : truth;
    }

    private ChildUse CreateMemberUse(string? name, string matches)
    {
        var builder = new ChildUseBuilder(Nodes.Length);
        for (var i = 0; i < Nodes.Length; i++)
        {
            var schema = Nodes[i].Schema;
            var isEvaluated = false;
            if (name is not null && schema.Properties.TryGetValue(name, out var property))
            {
                builder.Must(i, PlanFactory.Child(Nodes[i], property));
                isEvaluated = true;
            }

            foreach (var (pattern, child) in schema.PatternProperties)
            {
                if (matches[Array.IndexOf(MemberPatterns, pattern)] == '1')
                {
                    builder.Must(i, PlanFactory.Child(Nodes[i], child));
                    isEvaluated = true;
                }
            }

            if (!isEvaluated && schema.AdditionalProperties is { } additional)
            {
                builder.Must(i, PlanFactory.Child(Nodes[i], additional));
                isEvaluated = true;
            }

            builder.Evaluated(i, isEvaluated);
            if (!isEvaluated && schema.UnevaluatedProperties is { } unevaluated)
            {
                builder.Unevaluated(i, PlanFactory.Child(Nodes[i], unevaluated));
            }
        }

        return builder.Build(_factory);
    }

    private ChildUse CreateItemUse(int index)
    {
        var builder = new ChildUseBuilder(Nodes.Length);
        for (var i = 0; i < Nodes.Length; i++)
        {
            var schema = Nodes[i].Schema;
            var item = index < schema.PrefixItems.Count ? schema.PrefixItems[index] : schema.Items;
            if (item is not null)
            {
                builder.Must(i, PlanFactory.Child(Nodes[i], item));
            }

            if (schema.Contains is { } contains)
            {
                builder.Contains(i, PlanFactory.Child(Nodes[i], contains));
            }

            builder.Evaluated(i, item is not null);
            if (item is null && schema.UnevaluatedItems is { } unevaluated)
            {
                builder.Unevaluated(i, PlanFactory.Child(Nodes[i], unevaluated));
            }
        }

        return builder.Build(_factory);
    }
}
