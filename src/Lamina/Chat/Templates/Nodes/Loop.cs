using System.Globalization;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>What a loop says of itself.</summary>
/// <param name="statement">The loop.</param>
/// <param name="items">All its items.</param>
/// <param name="scope">Where it stands.</param>
/// <param name="depth">How often it is within itself, from 1.</param>
internal sealed class Loop(For statement, IReadOnlyList<object?> items, Scope scope, int depth) : IMembers, ICallable, IPrintable
{
    private object? _seen = new Undefined("nothing was seen");

    public string Name => "loop";

    public string TypeName => "LoopContext";

    /// <summary>The item that it is at, from 0.</summary>
    public int Index { get; private set; } = -1;

    public bool MoveNext() => ++Index < items.Count;

    public bool TryGetMember(string name, out object? value)
    {
        var found = true;
        value = name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => (long)items.Count - Index,
            "revindex0" => items.Count - Index - 1L,
            "first" => Index == 0,
            "last" => Index == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => (long)depth,
            "depth0" => depth - 1L,
            "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
            "nextitem" => Index < items.Count - 1 ? items[Index + 1] : new Undefined("there is no next item"),
            "cycle" => new Function("cycle", (arguments, _) => Cycle(arguments)),
            "changed" => new Function("changed", (arguments, _) => HasChanged(arguments)),
            _ => found = false,
        };
        return found;
    }

    /// <summary>Goes through other items within: for loops that are written as recursive.</summary>
    public object? Call(Arguments arguments, TemplateRun run)
    {
        if (!statement.IsRecursive)
        {
            throw new TemplateFault("The loop must have the 'recursive' marker to be called recursively.");
        }

        run.Enter();
        var output = new TextBuilder();
        statement.Render(arguments.Require(0, "iterable"), scope, output, depth + 1);
        run.Leave();
        return output.ToText();
    }

    public Text Print() => string.Create(CultureInfo.InvariantCulture, $"<LoopContext {Index + 1}/{items.Count}>");

    private object? Cycle(Arguments arguments) => arguments.Positional.Count > 0
        ? arguments.Positional[Index % arguments.Positional.Count]
        : throw new TemplateFault("no items for cycling given");

    private bool HasChanged(Arguments arguments)
    {
        var now = TemplateList.Tuple(arguments.Positional);
        var isSame = ValueComparer.Instance.Equals(_seen, now);
        _seen = now;
        return !isSame;
    }
}
